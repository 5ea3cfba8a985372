/**
 * A run in the manner of Jepsen: three processes that want one Session, one database and one Server, each in a network namespace of
 * its own; something fails, again and again, and the logs are checked. {@link io.reactivemqtt.reliability.nemesis.NemesisHarness}
 * begins it.
 *
 * <p>The checks are functions of logs and know nothing of processes; what fails is a {@link io.reactivemqtt.reliability.nemesis.Fault}.
 */
@NullMarked
package io.reactivemqtt.reliability.nemesis;

import org.jspecify.annotations.NullMarked;
