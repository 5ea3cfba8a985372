package io.reactivemqtt.exception;

import io.reactivemqtt.TopicName;

/** A request was answered by a word that its handler has failed. */
public final class ResponderFailedException extends MqttException {

    private static final long serialVersionUID = 1;

    private final String kind;

    /** Says that the handler of the request to {@code topicName} failed. */
    public ResponderFailedException(TopicName topicName, String kind) {
        super("the responder at " + topicName + " failed: " + kind, null, null);
        this.kind = kind;
    }

    /** Returns what kind of failure it was, as the responder says: the simple name of an exception's class, say. */
    public String kind() {
        return kind;
    }
}
