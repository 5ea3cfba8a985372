package io.reactivemqtt.codec;

import io.reactivemqtt.Payload;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.check.Utf8;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the data types of MQTT (MQTT 5.0 §1.5) and writes them, or, without a buffer, only counts their bytes: so the same
 * lines that describe a packet also measure it, and the two cannot disagree.
 *
 * <p>A property whose value is null is not written.
 */
final class Output {

    private final @Nullable ByteBuffer target;
    private long length;

    /** @param target what is written into, or null to count alone */
    Output(@Nullable ByteBuffer target) {
        this.target = target;
    }

    /** Describes the properties of {@code carrier}. */
    interface PropertiesOf<T> {
        void describe(T carrier, Output output);
    }

    /** Returns how many bytes were taken so far. */
    long length() {
        return length;
    }

    void oneByte(int value) {
        length++;
        if (target != null) {
            target.put((byte) value);
        }
    }

    void twoByteInteger(int value) {
        length += 2;
        if (target != null) {
            target.putShort((short) value);
        }
    }

    private void fourByteInteger(long value) {
        length += 4;
        if (target != null) {
            target.putInt((int) value);
        }
    }

    private void variableByteInteger(long value) {
        length += VariableByteInteger.length(value);
        if (target != null) {
            VariableByteInteger.put((int) value, target);
        }
    }

    void string(String value) {
        if (target == null) {
            length += 2 + Utf8.length(value);
        } else {
            byte[] bytes = Utf8.bytes(value);
            length += 2 + bytes.length;
            target.putShort((short) bytes.length).put(bytes);
        }
    }

    void topicName(TopicName topicName) {
        twoByteInteger(topicName.encodedLength());
        length += topicName.encodedLength();
        if (target != null) {
            topicName.putInto(target);
        }
    }

    void binaryData(Payload value) {
        twoByteInteger(value.size());
        bytes(value);
    }

    /** Takes the bytes without a length in front. */
    void bytes(Payload value) {
        length += value.size();
        if (target != null) {
            value.putInto(target);
        }
    }

    /** Takes the properties and, in front of them, their length. */
    <T> void properties(T carrier, PropertiesOf<? super T> properties) {
        variableByteInteger(lengthOf(carrier, properties));
        properties.describe(carrier, this);
    }

    /** Returns how many bytes the properties take, without the length in front. */
    static <T> long lengthOf(T carrier, PropertiesOf<? super T> properties) {
        Output counter = new Output(null);
        properties.describe(carrier, counter);
        return counter.length;
    }

    void oneByte(Property property, @Nullable Boolean value) {
        if (value != null) {
            identifier(property);
            oneByte(value ? 1 : 0);
        }
    }

    void twoByteInteger(Property property, @Nullable Integer value) {
        if (value != null) {
            identifier(property);
            twoByteInteger(value);
        }
    }

    void fourByteInteger(Property property, @Nullable Long value) {
        if (value != null) {
            identifier(property);
            fourByteInteger(value);
        }
    }

    void variableByteInteger(Property property, @Nullable Integer value) {
        if (value != null) {
            identifier(property);
            variableByteInteger(value);
        }
    }

    void string(Property property, @Nullable String value) {
        if (value != null) {
            identifier(property);
            string(value);
        }
    }

    void topicName(Property property, @Nullable TopicName value) {
        if (value != null) {
            identifier(property);
            topicName(value);
        }
    }

    void binaryData(Property property, @Nullable Payload value) {
        if (value != null) {
            identifier(property);
            binaryData(value);
        }
    }

    void userProperties(UserProperties values) {
        for (UserProperty entry : values.entries()) {
            identifier(Property.USER_PROPERTY);
            string(entry.name());
            string(entry.value());
        }
    }

    private void identifier(Property property) {
        oneByte(property.identifier());
    }
}
