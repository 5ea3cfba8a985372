package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.SessionOptions;
import org.jspecify.annotations.Nullable;

/** How many User Properties of one incoming message the application wants to see. */
final class UserPropertyLimit {

    private UserPropertyLimit() {}

    /** Returns what {@code message} is beyond, in words, or null. */
    static @Nullable String exceededBy(ApplicationMessage message, SessionOptions options) {
        UserProperties pairs = message.properties().userProperties();
        if (pairs.isEmpty()) {
            return null;
        }
        int count = options.maximumUserProperties();
        if (pairs.entries().size() > count) {
            return pairs.entries().size() + " User Properties, the limit is " + count;
        }
        int bytes = options.maximumUserPropertyBytes();
        return pairs.encodedLength() <= bytes
                ? null
                : "User Properties of " + pairs.encodedLength() + " bytes, the limit is " + bytes;
    }
}
