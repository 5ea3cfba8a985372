package io.reactivemqtt.client;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Will;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What options have to fulfil: each within its limits, and all of them together. */
final class OptionChecks {

    /** In nanoseconds it does not overflow. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private OptionChecks() {}

    static long range(long value, long minimum, long maximum, String what) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(what + " is " + minimum + " to " + maximum + ", not " + value);
        }
        return value;
    }

    /** Returns as many nanoseconds as there is room for. */
    static long nanos(Duration value) {
        return value.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : value.toNanos();
    }

    static Duration positive(Duration value, String what) {
        if (value.isZero() || value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " must be positive and at most " + LONGEST + ", not " + value);
        }
        return value;
    }

    static void sayable(SessionOptions session) {
        SessionOptions fallback = session.fallback();
        boolean endsWithConnection = session.sessionExpiryInterval().isZero();
        if (session.clientIdentifier().isEmpty() && !(session.cleanStart() && endsWithConnection)) {
            throw new IllegalArgumentException(
                    "a Session that outlives its connection needs a Client Identifier [MQTT-3.1.3-7 in 3.1.1]");
        } else if (session.protocolVersion() == ProtocolVersion.MQTT_3_1_1) {
            if (fallback != null) {
                throw new IllegalArgumentException("fallBackToMqtt311() needs MQTT 5.0 to fall back from");
            } else if (!session.cleanStart() && !session.sessionExpiryInterval().equals(SessionOptions.NEVER)) {
                throw apart();
            }
            sayableInMqtt311(session);
        } else if (fallback != null) {
            sayableInMqtt311(session);
        }
    }

    private static void sayableInMqtt311(SessionOptions session) {
        if (session.cleanStart() != session.sessionExpiryInterval().isZero()) {
            throw apart();
        } else if (session.topicAliasMaximum() != 0) {
            throw unsayable("Topic Aliases");
        } else if (session.unknownSession() == UnknownSessionPolicy.BEGIN_NEW) {
            throw unsayable("Clean Start without Clean Session, as unknownSession(BEGIN_NEW) needs");
        }
    }

    static void sayable(ConnectSettings settings, ProtocolVersion version) {
        if (version != ProtocolVersion.MQTT_3_1_1) {
            return;
        }
        Will will = settings.will();
        if (settings.password() != null && settings.userName() == null) {
            throw unsayable("a Password without a User Name [MQTT-3.1.2-22]");
        } else if (!settings.userProperties().isEmpty()) {
            throw unsayable("User Properties");
        } else if (settings.requestResponseInformation() || !settings.requestProblemInformation()) {
            throw unsayable("requests for information");
        } else if (will != null
                && !(will.delay().isZero() && will.message().properties().isEmpty())) {
            throw unsayable("a Will with a delay or properties");
        }
    }

    static void sayable(@Nullable Authenticator authenticator, ProtocolVersion version) {
        if (authenticator != null && version == ProtocolVersion.MQTT_3_1_1) {
            throw unsayable("enhanced authentication");
        }
    }

    private static IllegalArgumentException apart() {
        return unsayable("Clean Start and Session Expiry apart from each other; use cleanSession(boolean)");
    }

    /** Returns the version that can express less, of those that may be spoken. */
    static ProtocolVersion leastVersion(SessionOptions session) {
        return session.fallback() == null ? session.protocolVersion() : ProtocolVersion.MQTT_3_1_1;
    }

    private static IllegalArgumentException unsayable(String what) {
        return new IllegalArgumentException("MQTT 3.1.1 cannot express " + what);
    }

    /** Refuses what leaves a store nothing to keep; names the option that is missing. */
    static void worthStoring(SessionOptions session) {
        if (session.clientIdentifierIsRandom() || session.clientIdentifier().isEmpty()) {
            throw new IllegalArgumentException("sessionStore() needs clientIdentifier(): what is stored under "
                    + (session.clientIdentifierIsRandom() ? "a random name" : "a name that the Server makes up")
                    + " no later process finds again");
        } else if (session.cleanStart() && session.sessionExpiryInterval().isZero()) {
            throw new IllegalArgumentException("sessionStore() needs cleanStart(false) and sessionExpiryInterval(), in"
                    + " MQTT 3.1.1 cleanSession(false): with Clean Start and an interval of zero no Session outlives its"
                    + " connection");
        }
    }
}
