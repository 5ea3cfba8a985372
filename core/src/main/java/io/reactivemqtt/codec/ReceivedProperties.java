package io.reactivemqtt.codec;

import static io.reactivemqtt.codec.Input.malformed;
import static io.reactivemqtt.codec.Input.protocolError;

import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolViolationException;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.codec.Property.Carrier;
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
    private static final @Nullable String[] NO_STRINGS = {};
    private static final @Nullable Payload[] NO_BINARIES = {};

    private final DecoderLimits limits;
    private long[] numbers = NO_NUMBERS; // all three have COUNT places from the first property on
    private @Nullable String[] strings = NO_STRINGS;
    private @Nullable Payload[] binaries = NO_BINARIES;
    private long present; // one bit for each property, by identifier
    private @Nullable List<UserProperty> userProperties;
    private int userPropertyBytes;
    private @Nullable List<Integer> subscriptionIdentifiers;

    ReceivedProperties(DecoderLimits limits) {
        this.limits = limits;
    }

    /** Forgets everything. */
    void clear() {
        if (present == 0) {
            return;
        }
        present = 0;
        Arrays.fill(strings, null);
        Arrays.fill(binaries, null);
        userProperties = null;
        userPropertyBytes = 0;
        subscriptionIdentifiers = null;
    }

    /**
     * Reads the Property Length and as many bytes of properties as it says.
     *
     * @throws ProtocolViolationException if one is unknown, does not belong here, comes twice, or has a forbidden value
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
    }

    private void readOne(ByteBuffer source, Carrier carrier) {
        int identifier = VariableByteInteger.read(source);
        Property property = Property.of(identifier);
        if (property == null) {
            throw malformed(String.format("there is no property 0x%02X", identifier));
        }
        if (!property.mayStandIn(carrier)) {
            throw malformed(property + " does not belong into " + carrier);
        }
        if (has(property) && !property.mayRepeatIn(carrier)) {
            throw protocolError(property + " comes twice");
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
        if (userProperties == null) {
            userProperties = new ArrayList<>(4);
        }
        if (userProperties.size() == limits.maximumUserProperties()) {
            throw quotaExceeded("more than " + limits.maximumUserProperties() + " User Properties");
        }
        String name = stringOfUserProperty(source);
        String value = stringOfUserProperty(source);
        userProperties.add(new UserProperty(name, value));
    }

    private String stringOfUserProperty(ByteBuffer source) {
        int length = Input.lengthOfWhatFollows(source);
        userPropertyBytes += length; // no overflow: all of it has arrived in one buffer
        if (userPropertyBytes > limits.maximumUserPropertyBytes()) {
            throw quotaExceeded("User Properties of more than " + limits.maximumUserPropertyBytes() + " bytes");
        }
        return Input.string(source, length);
    }

    private static ProtocolViolationException quotaExceeded(String message) {
        return new ProtocolViolationException(ReasonCode.QUOTA_EXCEEDED, message);
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
        return userProperties == null ? UserProperties.EMPTY : new UserProperties(userProperties);
    }

    /**
     * Returns those that belong to the Application Message, of a PUBLISH or of a Will.
     *
     * @throws IllegalArgumentException if the Response Topic is no Topic Name [MQTT-3.3.2-14]
     */
    MessageProperties messageProperties() {
        if (present == 0) {
            return MessageProperties.NONE;
        }
        String responseTopic = string(Property.RESPONSE_TOPIC);
        MessageProperties properties = new MessageProperties(
                has(Property.PAYLOAD_FORMAT_INDICATOR) && number(Property.PAYLOAD_FORMAT_INDICATOR) == 1,
                seconds(Property.MESSAGE_EXPIRY_INTERVAL),
                string(Property.CONTENT_TYPE),
                responseTopic == null ? null : TopicName.of(responseTopic),
                binary(Property.CORRELATION_DATA),
                userProperties());
        return properties.isEmpty() ? MessageProperties.NONE : properties;
    }
}
