package io.reactivemqtt.packet;

import io.reactivemqtt.Payload;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * AUTH: one step of an enhanced authentication (MQTT 5.0 §3.15); not in MQTT 3.1.1.
 *
 * @param reasonCode one of {@link #REASON_CODES}
 * @param authenticationMethod the method in use; null only for {@link ReasonCode#SUCCESS} on the wire's short form
 * @param authenticationData what the method says, at most 65,535 bytes, or null
 * @param reasonString the Reason String, a text for logs, or null
 * @param userProperties pairs of strings
 */
public record Auth(
        ReasonCode reasonCode,
        @Nullable String authenticationMethod,
        @Nullable Payload authenticationData,
        @Nullable String reasonString,
        UserProperties userProperties)
        implements Packet {

    /** The Reason Codes that the standard lists for this packet. */
    public static final Set<ReasonCode> REASON_CODES = Collections.unmodifiableSet(
            EnumSet.of(ReasonCode.SUCCESS, ReasonCode.CONTINUE_AUTHENTICATION, ReasonCode.REAUTHENTICATE));

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if one is not as described
     */
    public Auth {
        Checks.requireListed(reasonCode, REASON_CODES, PacketType.AUTH);
        Checks.requireText(authenticationMethod, "the Authentication Method");
        Checks.require(
                authenticationData == null || authenticationData.size() <= 65_535,
                "the Authentication Data is at most 65535 bytes");
        Checks.requireText(reasonString, "the Reason String");
    }

    @Override
    public PacketType type() {
        return PacketType.AUTH;
    }
}
