package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectSettings;
import io.reactivemqtt.client.QueueFullPolicy;
import io.reactivemqtt.client.QueueOptions;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.client.Unclaimed;
import io.reactivemqtt.client.UnknownSessionPolicy;
import java.time.Duration;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** What {@code new} says of a client; what it does not say stays as the client has it by itself. */
final class ClientSettings {

    /** So that a script may publish as often as it likes in one command. */
    private static final int MESSAGES_THAT_MAY_WAIT = 1_000_000;

    private ClientSettings() {}

    static void apply(Fields fields, ClientOptions.Builder options, Stores stores) {
        Reach.apply(fields, options);
        options.session(session -> session(fields, session));
        options.connectSettings(settings -> connect(fields, settings));
        options.queue(queue -> queue(fields.objectOrNull("queue"), queue));
        waiting(fields, options);
        String store = fields.textOrNull("store");
        fields.end();
        if (store != null) {
            options.sessionStore(stores.in(store));
        }
    }

    private static void session(Fields fields, SessionOptions.Builder options) {
        Long version = fields.numberOrNull("version", 3, 5);
        boolean old = version != null && version < 5; // 4 is the Protocol Level of 3.1.1, 3 is what people call it
        options.protocolVersion(old ? ProtocolVersion.MQTT_3_1_1 : ProtocolVersion.MQTT_5_0);
        String clientIdentifier = fields.textOrNull("clientId");
        if (clientIdentifier != null) {
            options.clientIdentifier(clientIdentifier);
        }
        boolean cleanStart = fields.flag("cleanStart", true);
        Long expiry = fields.numberOrNull("sessionExpiry", 0, 0xFFFF_FFFFL);
        if (old) {
            options.cleanSession(cleanStart);
        } else {
            options.cleanStart(cleanStart);
        }
        if (expiry != null) {
            options.sessionExpiryInterval(Duration.ofSeconds(expiry));
        }
        UnknownSessionPolicy unknownSession = fields.choiceOrNull("unknownSession", UnknownSessionPolicy.class);
        if (unknownSession != null) {
            options.unknownSession(unknownSession);
        }
        limits(fields, options);
    }

    private static void limits(Fields fields, SessionOptions.Builder options) {
        if (fields.flag("strictReceiveMaximum", false)) {
            options.strictReceiveMaximum();
        }
        set(fields.numberOrNull("receiveMaximum", 1, 65_535), options::receiveMaximum);
        set(fields.numberOrNull("maximumPacketSize", 1, 268_435_460), options::maximumPacketSize);
        set(fields.numberOrNull("topicAliasMaximum", 0, 65_535), options::topicAliasMaximum);
    }

    private static void connect(Fields fields, ConnectSettings.Builder settings) {
        String user = fields.textOrNull("user");
        if (user != null) {
            settings.userName(user);
        }
        Payload password = fields.base64OrNull("password");
        if (password != null) {
            settings.password(password);
        }
        Long keepAlive = fields.numberOrNull("keepAlive", 0, 65_535);
        if (keepAlive != null) {
            settings.keepAlive(Duration.ofSeconds(keepAlive));
        }
        Fields will = fields.objectOrNull("will");
        if (will != null) {
            settings.will(Messages.will(will));
        }
    }

    /** The words of the protocol; all but one mean that the new message fails, and that streams are not asked for more. */
    private enum WhenFull {
        BACK_PRESSURE,
        FAIL,
        DROP_OLDEST,
        DROP_NEWEST
    }

    private static void queue(@Nullable Fields fields, QueueOptions.Builder options) {
        options.maximumMessages(MESSAGES_THAT_MAY_WAIT);
        if (fields == null) {
            return;
        }
        set(fields.numberOrNull("messages", 1, Integer.MAX_VALUE), options::maximumMessages);
        Long bytes = fields.numberOrNull("bytes", 1, Long.MAX_VALUE);
        WhenFull whenFull = fields.choiceOrNull("whenFull", WhenFull.class);
        fields.end();
        if (bytes != null) {
            options.maximumBytes(bytes);
        }
        if (whenFull != null) {
            options.whenFull(whenFull == WhenFull.DROP_OLDEST ? QueueFullPolicy.DROP_OLDEST : QueueFullPolicy.FAIL);
        }
    }

    /** For how long it waits for a subscriber, and for the store. */
    private static void waiting(Fields fields, ClientOptions.Builder options) {
        Long keepFor = fields.numberOrNull("keepForMs", 1, Integer.MAX_VALUE);
        Long unclaimed = unclaimed(fields, options);
        if (keepFor != null && unclaimed != null && !keepFor.equals(unclaimed)) {
            throw new IllegalArgumentException(
                    "the fields \"keepForMs\" and \"unclaimed.unsubscribeAfterMs\" are the same time of the client");
        }
        Long time = keepFor == null ? unclaimed : keepFor;
        if (time != null) {
            options.keepFor(Duration.ofMillis(time));
        }
        Long storeTimeout = fields.numberOrNull("storeTimeoutMs", 1, Integer.MAX_VALUE);
        if (storeTimeout != null) {
            options.storeTimeout(Duration.ofMillis(storeTimeout));
        }
    }

    /** Returns after how many milliseconds it unsubscribes, or null if the script does not say. */
    private static @Nullable Long unclaimed(Fields fields, ClientOptions.Builder options) {
        if (fields.isText("unclaimed")) {
            if (!fields.text("unclaimed").equals("keep")) {
                throw fields.wrong("unclaimed", "\"keep\" or an object with \"unsubscribeAfterMs\"");
            }
            options.unclaimed(Unclaimed.KEEP);
            return null;
        }
        Fields policy = fields.objectOrNull("unclaimed");
        if (policy == null) {
            return null;
        }
        long after = policy.number("unsubscribeAfterMs", 1, Integer.MAX_VALUE);
        policy.end();
        options.unclaimed(Unclaimed.UNSUBSCRIBE);
        return after;
    }

    private static void set(@Nullable Long value, IntConsumer option) {
        if (value != null) {
            option.accept(value.intValue());
        }
    }
}
