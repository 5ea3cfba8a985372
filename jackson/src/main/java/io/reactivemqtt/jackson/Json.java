package io.reactivemqtt.jackson;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.exception.UndecodablePayloadException;

/** What the codecs of both versions of Jackson say about JSON; it knows neither, for only one of them may be there. */
final class Json {

    static final String CONTENT_TYPE = "application/json";

    private Json() {}

    /** Refuses a mapper of {@code format} if that is another one. */
    static void requireJson(String format) {
        if (!format.equals("JSON")) {
            throw new IllegalArgumentException("the mapper writes " + format + ", which is not JSON");
        }
    }

    /** Returns the payload of {@code message} if there is one. */
    static Payload content(ApplicationMessage message) {
        Payload payload = message.payload();
        if (payload.size() == 0) {
            throw new UndecodablePayloadException(message, "it is empty", null);
        }
        return payload;
    }

    /** Says what is wrong by the kind of {@code failure} and the place, from 1: Jackson's own words quote what it read. */
    static String reason(Exception failure, int line, int column) {
        String kind = failure.getClass().getSimpleName();
        return line < 1 ? kind : kind + " at line " + line + ", column " + column;
    }
}
