package io.reactivemqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A Topic Filter some of whose levels have a name: {@code sensors/{id}/reading} subscribes to {@code sensors/+/reading}, and the
 * variable {@code id} of {@code sensors/7/reading} is {@code 7}. A level is a variable if it is all of it in braces, with letters, digits,
 * {@code _}, {@code -} and {@code .} between them. A Topic Filter without such levels is a template without variables.
 */
public final class TopicTemplate {

    private static final String ONE_LEVEL = "+";

    private final String template;
    private final TopicFilter filter;

    /** The name of each level of the Topic Name that is a variable, null for others; as long as the last variable needs. */
    private final List<@Nullable String> names;

    private TopicTemplate(String template, TopicFilter filter, List<@Nullable String> names) {
        this.template = template;
        this.filter = filter;
        this.names = names;
    }

    /**
     * Returns the template {@code template}.
     *
     * @throws IllegalArgumentException if it names two levels the same, or is not a Topic Filter without its names
     */
    public static TopicTemplate of(String template) {
        Objects.requireNonNull(template, "template");
        if (template.indexOf('{') < 0) {
            return new TopicTemplate(template, TopicFilter.of(template), List.of());
        }
        String[] levels = template.split("/", -1);
        ArrayList<@Nullable String> names = new ArrayList<>();
        for (int i = 0; i < levels.length; i++) {
            String name = nameIn(levels[i]);
            names.add(name);
            if (name != null) {
                if (names.indexOf(name) < i) {
                    throw new IllegalArgumentException("two levels of \"" + template + "\" are named " + name);
                }
                levels[i] = ONE_LEVEL;
            }
        }
        TopicFilter filter = TopicFilter.of(String.join("/", levels));
        int inFront = filter.isShared() ? 2 : 0; // $share and the ShareName, which no Topic Name has
        return new TopicTemplate(template, filter, names.subList(inFront, names.size()));
    }

    /** Returns a template without variables, whatever braces {@code filter} has. */
    public static TopicTemplate literal(TopicFilter filter) {
        Objects.requireNonNull(filter, "filter");
        return new TopicTemplate(filter.toString(), filter, List.of());
    }

    private static @Nullable String nameIn(String level) {
        int end = level.length() - 1;
        if (end < 2 || level.charAt(0) != '{' || level.charAt(end) != '}') {
            return null;
        }
        for (int i = 1; i < end; i++) {
            char c = level.charAt(i);
            if (!Character.isLetterOrDigit(c) && c != '_' && c != '-' && c != '.') {
                return null;
            }
        }
        return level.substring(1, end);
    }

    /**
     * Returns this with more levels behind it.
     *
     * @throws IllegalArgumentException if this ends with {@code #}, or {@code levels} cannot stand there
     */
    public TopicTemplate followedBy(String levels) {
        Objects.requireNonNull(levels, "levels");
        return new TopicTemplate(template + "/" + levels, TopicFilter.of(filter + "/" + levels), names);
    }

    /** Returns what is subscribed to: {@code +} stands for each variable. */
    public TopicFilter filter() {
        return filter;
    }

    /** Returns the names of the variables, in the order of their levels. */
    public List<String> variables() {
        return names.stream().filter(Objects::nonNull).toList();
    }

    /** Returns what stands in the place of {@code variable}, perhaps nothing; null if there is no such variable, or the filter does not match. */
    public @Nullable String valueOf(String variable, TopicName topicName) {
        Objects.requireNonNull(variable, "variable");
        Objects.requireNonNull(topicName, "topicName");
        int level = names.indexOf(variable);
        if (level < 0 || !filter.matches(topicName)) {
            return null;
        }
        String name = topicName.toString();
        int start = 0;
        for (int i = 0; i < level; i++) {
            start = name.indexOf('/', start) + 1;
        }
        int end = name.indexOf('/', start);
        return name.substring(start, end < 0 ? name.length() : end);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicTemplate topicTemplate
                && filter.equals(topicTemplate.filter)
                && names.equals(topicTemplate.names);
    }

    @Override
    public int hashCode() {
        return filter.hashCode();
    }

    /** Returns the template as it was given. */
    @Override
    public String toString() {
        return template;
    }
}
