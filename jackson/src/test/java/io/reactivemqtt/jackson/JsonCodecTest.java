package io.reactivemqtt.jackson;

import io.reactivemqtt.client.PayloadCodec;
import java.util.List;
import java.util.Map;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

class JsonCodecTest extends CodecContract {

    private static final ObjectMapper MAPPER = new JsonMapper();

    @Override
    <T> PayloadCodec<T> codec(Class<T> type) {
        return JsonCodec.of(MAPPER, type);
    }

    @Override
    PayloadCodec<List<Reading>> lists() {
        return JsonCodec.of(MAPPER, new TypeReference<List<Reading>>() {});
    }

    @Override
    PayloadCodec<Map<String, Reading>> maps() {
        return JsonCodec.of(MAPPER, MAPPER.getTypeFactory().constructMapType(Map.class, String.class, Reading.class));
    }

    @Override
    PayloadCodec<Reading> talkative() {
        return JsonCodec.of(
                JsonMapper.builder()
                        .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                        .build(),
                Reading.class);
    }

    @Override
    PayloadCodec<Reading> cbor() {
        return JsonCodec.of(
                new ObjectMapper(new JsonFactory() {
                    @Override
                    public String getFormatName() {
                        return "CBOR";
                    }
                }),
                Reading.class);
    }
}
