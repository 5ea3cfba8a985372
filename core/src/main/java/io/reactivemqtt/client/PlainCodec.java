package io.reactivemqtt.client;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import org.jspecify.annotations.Nullable;

/** Another codec's payloads, and nothing beside them. */
record PlainCodec<T>(PayloadCodec<T> codec) implements PayloadCodec<T> {

    @Override
    public Payload encode(T value) {
        return codec.encode(value);
    }

    @Override
    public @Nullable T read(ApplicationMessage message) throws Exception {
        return codec.read(message);
    }

    @Override
    public @Nullable String contentType() {
        return null;
    }

    @Override
    public boolean isUtf8Text() {
        return false;
    }

    @Override
    public PayloadCodec<T> withoutProperties() {
        return this;
    }
}
