/**
 * What the tests of this project share and nobody else needs: gates that fail a whole run ({@link
 * io.reactivemqtt.testsupport.LeakGate}, {@link io.reactivemqtt.testsupport.BlockingCallGate}; JUnit finds them by itself), and {@link
 * io.reactivemqtt.testsupport.Rooms}, who may know whom. Not published.
 */
@NullMarked
package io.reactivemqtt.testsupport;

import org.jspecify.annotations.NullMarked;
