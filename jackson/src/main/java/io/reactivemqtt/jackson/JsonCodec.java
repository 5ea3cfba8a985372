package io.reactivemqtt.jackson;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.client.PayloadCodec;
import io.reactivemqtt.exception.UndecodablePayloadException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

/**
 * Values as JSON, by Jackson 3; {@link Jackson2JsonCodec} is the same by Jackson 2. Thread-safe.
 *
 * <pre>{@code
 * PayloadCodec<Reading> readings = JsonCodec.of(mapper, Reading.class);
 * client.publish(readings.message("sensors/1", reading).qos(Qos.AT_LEAST_ONCE).build());
 * client.consume(options -> options.filter("sensors/+"), readings, (reading, message) -> store(reading));
 * }</pre>
 *
 * <p>All is as the mapper is configured, but one: nothing may stand behind the value. The Content Type is {@code application/json}.
 *
 * @param <T> the values
 */
@SuppressWarnings("exports") // who has a mapper has its module
public final class JsonCodec<T> implements PayloadCodec<T> {

    private final ObjectReader reader;
    private final ObjectWriter writer;

    private JsonCodec(ObjectMapper mapper, JavaType type) {
        Json.requireJson(mapper.tokenStreamFactory().getFormatName());
        this.reader = mapper.readerFor(type).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        this.writer = mapper.writerFor(type);
    }

    /**
     * Returns a codec of what {@code mapper} makes of {@code type}.
     *
     * @throws IllegalArgumentException if it is a mapper of another format
     */
    public static <T> JsonCodec<T> of(ObjectMapper mapper, Class<T> type) {
        Objects.requireNonNull(mapper, "mapper");
        Objects.requireNonNull(type, "type");
        return new JsonCodec<>(mapper, mapper.constructType(type));
    }

    /**
     * Returns a codec of what {@code mapper} makes of {@code type}, which may have type parameters: {@code new
     * TypeReference<List<Reading>>() {}}.
     *
     * @throws IllegalArgumentException if it is a mapper of another format
     */
    public static <T> JsonCodec<T> of(ObjectMapper mapper, TypeReference<T> type) {
        Objects.requireNonNull(mapper, "mapper");
        Objects.requireNonNull(type, "type");
        return new JsonCodec<>(mapper, mapper.constructType(type));
    }

    /**
     * Returns a codec of what {@code mapper} makes of {@code type}.
     *
     * @param <T> what {@code type} stands for, which nobody checks
     * @throws IllegalArgumentException if it is a mapper of another format
     */
    public static <T> JsonCodec<T> of(ObjectMapper mapper, JavaType type) {
        Objects.requireNonNull(mapper, "mapper");
        Objects.requireNonNull(type, "type");
        return new JsonCodec<>(mapper, type);
    }

    @Override
    public Payload encode(T value) {
        Objects.requireNonNull(value, "value");
        try {
            return Payload.wrap(writer.writeValueAsBytes(value));
        } catch (JacksonException failure) {
            throw new IllegalArgumentException("there is no JSON for " + value.getClass(), failure);
        }
    }

    @Override
    public @Nullable T read(ApplicationMessage message) {
        Objects.requireNonNull(message, "message");
        Payload payload = Json.content(message);
        try {
            return reader.readValue(payload.asInputStream());
        } catch (JacksonException failure) {
            throw new UndecodablePayloadException(message, reason(failure), failure);
        }
    }

    private static String reason(JacksonException failure) {
        TokenStreamLocation location = failure.getLocation();
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
