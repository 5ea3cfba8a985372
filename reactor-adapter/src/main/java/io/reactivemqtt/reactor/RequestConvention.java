package io.reactivemqtt.reactor;

import io.reactivemqtt.TopicName;
import org.jspecify.annotations.Nullable;

/** How requests and responses are told apart and brought together: by properties in MQTT 5.0, by levels of the topic in 3.1.1. */
final class RequestConvention {

    /** A User Property that says, in a response, what kind of failure the handler had. */
    static final String ERROR_PROPERTY = "reactive-mqtt-error";

    /** The last level of a response by which a handler's failure is told in MQTT 3.1.1. */
    static final String ERROR_LEVEL = "/error";

    /** What follows the filter of a responder where MQTT 3.1.1 may be spoken. */
    static final String REQUESTS = "request/+/+";

    private static final String REQUEST = "/request/";

    /** What the default Response Topic begins with, in both versions. */
    private static final String RESPONSES = "response/";

    private RequestConvention() {}

    /** Returns where the responses to {@code asker} go; in MQTT 3.1.1 a level more tells which request each is for. */
    static String responseTopic(String asker) {
        return RESPONSES + asker;
    }

    static TopicName requestTopic(TopicName topicName, String asker, String number) {
        return TopicName.of(topicName + REQUEST + asker + "/" + number);
    }

    /** Returns where the response to a request goes; null if {@code request} is none. */
    static @Nullable TopicName responseTopic(TopicName request) {
        String name = request.toString();
        int number = name.lastIndexOf('/');
        int asker = number < 0 ? -1 : name.lastIndexOf('/', number - 1);
        int word = asker - REQUEST.length() + 1;
        return word >= 0 && name.startsWith(REQUEST, word) ? TopicName.of(RESPONSES + name.substring(asker + 1)) : null;
    }

    /** Returns the number of the request that a response to {@code asker} is for, and perhaps {@link #ERROR_LEVEL}; null without one. */
    static @Nullable String number(TopicName response, String asker) {
        String name = response.toString();
        int begin = responseTopic(asker).length() + 1;
        return name.length() > begin ? name.substring(begin) : null;
    }

    /** Returns {@code identifier} as a level of a Topic Name that no other identifier has. */
    static String level(String identifier) {
        StringBuilder level = new StringBuilder(identifier.length());
        identifier.codePoints().forEach(c -> {
            if (Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.' || c == ':') {
                level.appendCodePoint(c);
            } else {
                level.append('%').append(Integer.toHexString(c)).append(';');
            }
        });
        return level.toString();
    }
}
