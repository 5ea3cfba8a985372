package io.reactivemqtt.codec;

import static io.reactivemqtt.codec.Input.malformed;
import static io.reactivemqtt.codec.Input.protocolError;

import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Payload;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.codec.Property.Carrier;
import io.reactivemqtt.exception.ProtocolViolationException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of the packet that is being decoded. One object serves all packets of a connection: {@link #read} forgets
 * what the packet before had.
 */
final class ReceivedProperties {

    private static final int COUNT = Property.HIGHEST_IDENTIFIER + 1;
    private static final long[] NO_NUMBERS = {};
    private static final byte[] NO_BYTES = {};
    private static final int MOST_BYTES_KEPT = 1024; // so that one large packet does not cost room for ever
    private static final @Nullable String[] NO_STRINGS = {};
    private static final @Nullable Payload[] NO_BINARIES = {};

    private long[] numbers = NO_NUMBERS; // all three have COUNT places from the first property on
    private @Nullable String[] strings = NO_STRINGS;
    private @Nullable Payload[] binaries = NO_BINARIES;
    private long present; // one bit for each property, by identifier
    private byte[] pairs = NO_BYTES; // the User Properties as they came, which other properties may stand between
    private int pairBytes;
    private UserProperties userProperties = UserProperties.EMPTY;
    private @Nullable List<Integer> subscriptionIdentifiers;

    /** Forgets everything. */
    void clear() {
        if (present == 0) {
            return;
        }
        present = 0;
        Arrays.fill(strings, null);
        Arrays.fill(binaries, null);
        userProperties = UserProperties.EMPTY;
        pairBytes = 0;
        pairs = pairs.length > MOST_BYTES_KEPT ? NO_BYTES : pairs;
        subscriptionIdentifiers = null;
    }

    /**
     * Reads the Property Length and as many bytes of properties as it says.
     *
     * @throws ProtocolViolationException if one is unknown, not allowed here, occurs twice, or has a forbidden value
     */
    void read(ByteBuffer source, Carrier carrier) {
        clear();
        if (source.hasRemaining() && source.get(source.position()) == 0) { // what most packets have
            source.position(source.position() + 1);
            return;
        }
        int length = VariableByteInteger.read(source);
        Input.requireRemaining(source, length);
        if (numbers.length == 0) {
            numbers = new long[COUNT];
            strings = new @Nullable String[COUNT];
            binaries = new @Nullable Payload[COUNT];
        }
        int limit = source.limit();
        source.limit(source.position() + length);
        while (source.hasRemaining()) {
            readOne(source, carrier);
        }
        source.limit(limit);
        if (pairBytes > 0) {
            userProperties = userPropertiesRead();
        }
    }

    private void readOne(ByteBuffer source, Carrier carrier) {
        int identifier = VariableByteInteger.read(source);
        Property property = Property.of(identifier);
        if (property == null) {
            throw malformed(String.format("there is no property 0x%02X", identifier));
        }
        if (!property.mayStandIn(carrier)) {
            throw malformed(property + " is not allowed in " + carrier);
        }
        if (has(property) && !property.mayRepeatIn(carrier)) {
            throw protocolError(property + " occurs twice");
        }
        present |= bit(property);
        int index = property.identifier();
        switch (property.type()) {
            case ZERO_OR_ONE -> numbers[index] = zeroOrOne(property, Input.unsignedByte(source));
            case TWO_BYTE_INTEGER -> numbers[index] = number(property, Input.twoByteInteger(source));
            case FOUR_BYTE_INTEGER -> numbers[index] = number(property, Input.fourByteInteger(source));
            case VARIABLE_BYTE_INTEGER ->
                addSubscriptionIdentifier((int) number(property, VariableByteInteger.read(source)));
            case STRING -> strings[index] = Input.string(source);
            case BINARY_DATA -> binaries[index] = Input.binaryData(source);
            case STRING_PAIR -> addUserProperty(source);
        }
    }

    private static long zeroOrOne(Property property, int value) {
        if (value > 1) {
            throw protocolError(property + " is 0 or 1, not " + value);
        }
        return value;
    }

    private static long number(Property property, long value) {
        if (value == 0 && property.isNeverZero()) {
            throw protocolError(property + " is never 0");
        }
        return value;
    }

    private void addSubscriptionIdentifier(int subscriptionIdentifier) {
        if (subscriptionIdentifiers == null) {
            subscriptionIdentifiers = new ArrayList<>(1);
        }
        subscriptionIdentifiers.add(subscriptionIdentifier);
    }

    private void addUserProperty(ByteBuffer source) {
        int start = source.position();
        skipString(source);
        skipString(source);
        int length = source.position() - start;
        if (pairs.length - pairBytes < length) { // no overflow: all of it has arrived in one buffer
            pairs = Arrays.copyOf(pairs, Math.max(pairBytes + length, pairs.length * 2));
        }
        source.get(start, pairs, pairBytes, length);
        pairBytes += length;
    }

    private static void skipString(ByteBuffer source) {
        int length = Input.lengthOfWhatFollows(source);
        source.position(source.position() + length);
    }

    private UserProperties userPropertiesRead() {
        try {
            return UserProperties.read(ByteBuffer.wrap(pairs, 0, pairBytes));
        } catch (IllegalArgumentException notWellFormed) {
            throw Input.notWellFormed(notWellFormed);
        }
    }

    boolean isEmpty() {
        return present == 0;
    }

    boolean has(Property property) {
        return (present & bit(property)) != 0;
    }

    private static long bit(Property property) {
        return 1L << property.identifier();
    }

    /** Returns a number that is there; what it is else is not said. */
    int number(Property property) {
        return (int) numbers[property.identifier()];
    }

    @Nullable
    Boolean flag(Property property) {
        return has(property) ? numbers[property.identifier()] == 1 : null;
    }

    @Nullable
    Integer integer(Property property) {
        return has(property) ? (int) numbers[property.identifier()] : null;
    }

    @Nullable
    Long unsigned32(Property property) {
        return has(property) ? numbers[property.identifier()] : null;
    }

    @Nullable
    Duration seconds(Property property) {
        return has(property) ? Duration.ofSeconds(numbers[property.identifier()]) : null;
    }

    @Nullable
    String string(Property property) {
        return has(property) ? strings[property.identifier()] : null;
    }

    @Nullable
    Payload binary(Property property) {
        return has(property) ? binaries[property.identifier()] : null;
    }

    List<Integer> subscriptionIdentifiers() {
        return subscriptionIdentifiers == null ? List.of() : subscriptionIdentifiers;
    }

    UserProperties userProperties() {
        return userProperties;
    }

    /**
     * Returns those that belong to the Application Message, of a PUBLISH or of a Will. A Response Topic that is no Topic Name is
     * a fault of its publisher, which Servers forward: the message tells it, and the connection has nothing to do with it.
     */
    MessageProperties messageProperties() {
        if (present == 0) {
            return MessageProperties.NONE;
        }
        String responseTopic = string(Property.RESPONSE_TOPIC);
        TopicName usable =
                responseTopic != null && TopicName.isValid(responseTopic) ? TopicName.of(responseTopic) : null;
        MessageProperties properties = new MessageProperties(
                has(Property.PAYLOAD_FORMAT_INDICATOR) && number(Property.PAYLOAD_FORMAT_INDICATOR) == 1,
                seconds(Property.MESSAGE_EXPIRY_INTERVAL),
                string(Property.CONTENT_TYPE),
                usable,
                binary(Property.CORRELATION_DATA),
                userProperties(),
                usable == null ? responseTopic : null);
        return properties.isEmpty() ? MessageProperties.NONE : properties;
    }
}
