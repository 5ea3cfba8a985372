package io.reactivemqtt.samples.cli.script;

import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of one JSON object, each read with its type. Whoever has read all that it knows calls {@link #end}, which refuses
 * the rest.
 *
 * <p>What is wrong is an {@link IllegalArgumentException} that names the field and never its value, which may be a password. A
 * field that is null counts as absent.
 */
final class Fields {

    private static final Pattern AFTER_UNDERSCORE = Pattern.compile("_([a-z])");

    private final ObjectNode node;
    private final String place;
    private final Set<String> known = new HashSet<>();

    Fields(ObjectNode node) {
        this(node, "");
    }

    private Fields(ObjectNode node, String place) {
        this.node = node;
        this.place = place;
    }

    // ---- text and bytes

    String text(String name) {
        return require(name, textOrNull(name));
    }

    @Nullable
    String textOrNull(String name) {
        JsonNode value = value(name);
        return value == null ? null : asText(name, value);
    }

    List<String> texts(String name) {
        return texts(name, atLeastOne(name));
    }

    /** Returns what is in a list; nothing if there is no such field. */
    List<String> textsOrNone(String name) {
        return value(name) == null ? List.of() : texts(name, elements(name));
    }

    private List<String> texts(String name, List<JsonNode> elements) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : elements) {
            texts.add(asText(name + "[" + texts.size() + "]", element));
        }
        return texts;
    }

    @Nullable
    Payload base64OrNull(String name) {
        String value = textOrNull(name);
        try {
            return value == null ? null : Payload.of(Base64.getDecoder().decode(value));
        } catch (IllegalArgumentException withTheValue) {
            throw wrong(name, "Base64");
        }
    }

    /** Returns the bytes in a list; nothing if there is no such field. */
    List<Payload> base64s(String name) {
        try {
            return textsOrNone(name).stream()
                    .map(text -> Payload.of(Base64.getDecoder().decode(text)))
                    .toList();
        } catch (IllegalArgumentException withTheValue) {
            throw wrong(name, "a list of Base64");
        }
    }

    // ---- numbers and flags

    long number(String name, long minimum, long maximum) {
        return require(name, numberOrNull(name, minimum, maximum));
    }

    @Nullable
    Long numberOrNull(String name, long minimum, long maximum) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < minimum
                || value.longValue() > maximum) {
            throw wrong(name, "a whole number from " + minimum + " to " + maximum);
        }
        return value.longValue();
    }

    Qos qos(String name, Qos otherwise) {
        Long level = numberOrNull(name, 0, 2);
        return level == null ? otherwise : Qos.of(level.intValue());
    }

    boolean flag(String name, boolean otherwise) {
        JsonNode value = value(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw wrong(name, "true or false");
        }
        return value.booleanValue();
    }

    /** Returns one of an enum's constants, which a script writes {@code likeThis}. */
    <E extends Enum<E>> @Nullable E choiceOrNull(String name, Class<E> type) {
        String chosen = textOrNull(name);
        if (chosen == null) {
            return null;
        }
        List<String> words = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            String word = camelCase(constant);
            if (word.equals(chosen)) {
                return constant;
            }
            words.add(word);
        }
        throw wrong(name, "one of " + String.join(", ", words));
    }

    private static String camelCase(Enum<?> constant) {
        return AFTER_UNDERSCORE
                .matcher(constant.name().toLowerCase(Locale.ROOT))
                .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
    }

    /** Tells whether there is a field that is a string. */
    boolean isText(String name) {
        JsonNode value = value(name);
        return value != null && value.isString();
    }

    // ---- what has fields of its own

    @Nullable
    Fields objectOrNull(String name) {
        JsonNode value = value(name);
        return value == null ? null : asObject(name, value);
    }

    List<Fields> objects(String name) {
        return objects(name, atLeastOne(name));
    }

    /** Returns what is in a list; nothing if there is no such field. */
    List<Fields> objectsOrNone(String name) {
        return value(name) == null ? List.of() : objects(name, elements(name));
    }

    private List<Fields> objects(String name, List<JsonNode> elements) {
        List<Fields> objects = new ArrayList<>();
        for (JsonNode element : elements) {
            objects.add(asObject(name + "[" + objects.size() + "]", element));
        }
        return objects;
    }

    /** Returns pairs of strings, each an array of two; none if there is no such field. */
    List<List<String>> pairs(String name) {
        List<List<String>> pairs = new ArrayList<>();
        if (value(name) == null) {
            return pairs;
        }
        for (JsonNode element : elements(name)) {
            String at = name + "[" + pairs.size() + "]";
            if (!element.isArray() || element.size() != 2) {
                throw wrong(at, "a pair [name, value]");
            }
            pairs.add(List.of(asText(at + "[0]", element.get(0)), asText(at + "[1]", element.get(1))));
        }
        return pairs;
    }

    // ---- the rest

    /** Says that a field may be there which somebody else reads. */
    void known(String name) {
        known.add(name);
    }

    /**
     * Refuses a field that the protocol has and the client does not.
     *
     * @throws UnsupportedOperationException if it is there
     */
    void notSupportedYet(String name) {
        if (value(name) != null) {
            throw new UnsupportedOperationException("the field \"" + place + name + "\" is not supported yet");
        }
    }

    /** Refuses what nobody has asked for. */
    void end() {
        for (String name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("the field \"" + place + name + "\" is unknown here");
            }
        }
    }

    /** Returns what is wrong if a field is not what it should be. */
    IllegalArgumentException wrong(String name, String expected) {
        return new IllegalArgumentException("the field \"" + place + name + "\" is not " + expected);
    }

    private @Nullable JsonNode value(String name) {
        known.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private <T> T require(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("the field \"" + place + name + "\" is missing");
        }
        return value;
    }

    private List<JsonNode> atLeastOne(String name) {
        List<JsonNode> elements = elements(name);
        if (elements.isEmpty()) {
            throw wrong(name, "a list of at least one");
        }
        return elements;
    }

    private List<JsonNode> elements(String name) {
        JsonNode value = require(name, value(name));
        if (!value.isArray()) {
            throw wrong(name, "a list");
        }
        List<JsonNode> elements = new ArrayList<>();
        value.forEach(elements::add);
        return elements;
    }

    private String asText(String name, JsonNode value) {
        if (!value.isString()) {
            throw wrong(name, "a string");
        }
        return value.stringValue();
    }

    private Fields asObject(String name, JsonNode value) {
        if (!(value instanceof ObjectNode object)) {
            throw wrong(name, "an object");
        }
        return new Fields(object, place + name + ".");
    }
}
