package io.reactivemqtt.samples.cli.options;

import io.reactivemqtt.Payload;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** A payload as the JSON value that it is. What would not be the same value once it is printed again counts as text. */
final class DecodedPayload {

    /** Far below what the writer refuses, since the value stands in an object. */
    private static final int MAXIMUM_NESTING = 256;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION) // one of the two would be lost
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE) // a message may have 256 MiB
                            .maxNestingDepth(MAXIMUM_NESTING)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS) // every digit stays
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private DecodedPayload() {}

    /** Returns the JSON value in {@code payload}, which is UTF-8 text; null if it is no JSON. */
    static @Nullable JsonNode of(Payload payload) {
        try {
            JsonNode value = MAPPER.readTree(payload.asUtf8());
            boolean isValue = value != null && !value.isMissingNode();
            return isValue && isUtf8(value) ? value : null;
        } catch (JacksonException noJson) {
            return null;
        }
    }

    /** An escape in JSON may be half a surrogate pair, which no output in UTF-8 can have. */
    private static boolean isUtf8(JsonNode value) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(value.toString());
    }
}
