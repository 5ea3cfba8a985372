package io.reactivemqtt.jackson;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.client.PayloadCodec;
import io.reactivemqtt.exception.UndecodablePayloadException;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Values as JSON, by Jackson 2; {@link JsonCodec} is the same by Jackson 3. Thread-safe.
 *
 * <p>All is as the mapper is configured, but one: nothing may stand behind the value. The Content Type is {@code application/json}.
 *
 * @param <T> the values
 */
@SuppressWarnings("exports") // who has a mapper has its module
public final class Jackson2JsonCodec<T> implements PayloadCodec<T> {

    private final ObjectReader reader;
    private final ObjectWriter writer;

    private Jackson2JsonCodec(ObjectMapper mapper, JavaType type) {
        Json.requireJson(mapper.getFactory().getFormatName());
        this.reader = mapper.readerFor(type).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        this.writer = mapper.writerFor(type);
    }

    /**
     * Returns a codec of what {@code mapper} makes of {@code type}.
     *
     * @throws IllegalArgumentException if it is a mapper of another format
     */
    public static <T> Jackson2JsonCodec<T> of(ObjectMapper mapper, Class<T> type) {
        Objects.requireNonNull(mapper, "mapper");
        Objects.requireNonNull(type, "type");
        return new Jackson2JsonCodec<>(mapper, mapper.constructType(type));
    }

    /**
     * Returns a codec of what {@code mapper} makes of {@code type}, which may have type parameters: {@code new
     * TypeReference<List<Reading>>() {}}.
     *
     * @throws IllegalArgumentException if it is a mapper of another format
     */
    public static <T> Jackson2JsonCodec<T> of(ObjectMapper mapper, TypeReference<T> type) {
        Objects.requireNonNull(mapper, "mapper");
        Objects.requireNonNull(type, "type");
        return new Jackson2JsonCodec<>(mapper, mapper.constructType(type));
    }

    /**
     * Returns a codec of what {@code mapper} makes of {@code type}.
     *
     * @param <T> what {@code type} stands for, which nobody checks
     * @throws IllegalArgumentException if it is a mapper of another format
     */
    public static <T> Jackson2JsonCodec<T> of(ObjectMapper mapper, JavaType type) {
        Objects.requireNonNull(mapper, "mapper");
        Objects.requireNonNull(type, "type");
        return new Jackson2JsonCodec<>(mapper, type);
    }

    @Override
    public Payload encode(T value) {
        Objects.requireNonNull(value, "value");
        try {
            return Payload.wrap(writer.writeValueAsBytes(value));
        } catch (JsonProcessingException failure) {
            throw new IllegalArgumentException("there is no JSON for " + value.getClass(), failure);
        }
    }

    @Override
    public @Nullable T read(ApplicationMessage message) throws IOException {
        Objects.requireNonNull(message, "message");
        Payload payload = Json.content(message);
        try {
            return reader.readValue(payload.asInputStream());
        } catch (JsonProcessingException failure) {
            throw new UndecodablePayloadException(message, reason(failure), failure);
        }
    }

    private static String reason(JsonProcessingException failure) {
        JsonLocation location = failure.getLocation();
        return location == null
                ? Json.reason(failure, 0, 0)
                : Json.reason(failure, location.getLineNr(), location.getColumnNr());
    }

    @Override
    public String contentType() {
        return Json.CONTENT_TYPE;
    }

    @Override
    public boolean isUtf8Text() {
        return true;
    }
}
