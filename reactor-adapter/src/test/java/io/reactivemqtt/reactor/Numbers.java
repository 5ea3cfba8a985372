package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.client.PayloadCodec;
import java.util.Objects;

/** A codec of decimal numbers. */
enum Numbers implements PayloadCodec<Integer> {
    CODEC;

    @Override
    public Payload encode(Integer value) {
        Objects.requireNonNull(value, "value");
        return Payload.utf8(value.toString());
    }

    @Override
    public Integer read(ApplicationMessage message) {
        Objects.requireNonNull(message, "message");
        return Integer.valueOf(message.payload().asUtf8());
    }

    @Override
    public String contentType() {
        return "text/number";
    }

    @Override
    public boolean isUtf8Text() {
        return true;
    }
}
