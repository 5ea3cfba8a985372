package io.reactivemqtt.jackson;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reactivemqtt.client.PayloadCodec;
import java.util.List;
import java.util.Map;

class Jackson2JsonCodecTest extends CodecContract {

    private static final ObjectMapper MAPPER = new JsonMapper();

    @Override
    <T> PayloadCodec<T> codec(Class<T> type) {
        return Jackson2JsonCodec.of(MAPPER, type);
    }

    @Override
    PayloadCodec<List<Reading>> lists() {
        return Jackson2JsonCodec.of(MAPPER, new TypeReference<List<Reading>>() {});
    }

    @Override
    PayloadCodec<Map<String, Reading>> maps() {
        return Jackson2JsonCodec.of(
                MAPPER, MAPPER.getTypeFactory().constructMapType(Map.class, String.class, Reading.class));
    }

    @Override
    PayloadCodec<Reading> talkative() {
        return Jackson2JsonCodec.of(
                JsonMapper.builder()
                        .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                        .build(),
                Reading.class);
    }

    @Override
    PayloadCodec<Reading> cbor() {
        return Jackson2JsonCodec.of(
                new ObjectMapper(new JsonFactory() {
                    @Override
                    public String getFormatName() {
                        return "CBOR";
                    }
                }),
                Reading.class);
    }
}
