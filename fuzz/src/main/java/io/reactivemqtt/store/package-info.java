/** What is fuzzed of the stored forms. */
@NullMarked
package io.reactivemqtt.store;

import org.jspecify.annotations.NullMarked;
