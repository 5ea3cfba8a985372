package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ConnectOptions;
import io.reactivemqtt.UserProperties;
import org.jspecify.annotations.Nullable;

/** How many User Properties of one incoming message the application wants to see. */
final class UserPropertyLimit {

    private final int count;
    private final int bytes;

    UserPropertyLimit(ConnectOptions options) {
        this.count = options.maximumUserProperties();
        this.bytes = options.maximumUserPropertyBytes();
    }

    /** Returns what {@code message} is beyond, in words, or null. */
    @Nullable
    String exceededBy(ApplicationMessage message) {
        UserProperties pairs = message.properties().userProperties();
        if (pairs.isEmpty()) {
            return null;
        } else if (pairs.entries().size() > count) {
            return pairs.entries().size() + " User Properties, the limit is " + count;
        }
        return pairs.encodedLength() <= bytes
                ? null
                : "User Properties of " + pairs.encodedLength() + " bytes, the limit is " + bytes;
    }
}
