/** What is left of a Session after any crash at any moment: a search through all that can happen to one Packet Identifier. */
@NullMarked
package io.reactivemqtt.session.crash;

import org.jspecify.annotations.NullMarked;
