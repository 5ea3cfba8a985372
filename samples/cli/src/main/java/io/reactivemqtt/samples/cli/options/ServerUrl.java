package io.reactivemqtt.samples.cli.options;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What {@code --url} says.
 *
 * @param topic what stands behind the host, a filter too; null: nothing does
 */
record ServerUrl(
        URI server,
        @Nullable String user,
        @Nullable String password,
        @Nullable String topic) {

    /** Not {@code URI}, which takes a # for its own. */
    private static final Pattern FORM =
            Pattern.compile("(?:([a-z+]+)://)?(?:([^:@/]*)(?::([^@/]*))?@)?([^@/]+)(?:/(.*))?");

    /** Leaves out the secret. */
    @Override
    public String toString() {
        return server + (topic == null ? "" : "/" + topic);
    }

    static final class Converter implements ITypeConverter<ServerUrl> {
        @Override
        public ServerUrl convert(String value) {
            Matcher parts = FORM.matcher(value);
            if (!parts.matches()) { // not shown again: it may hold a password
                throw new TypeConversionException("it is mqtt://[user[:password]@]host[:port]/topic");
            }
            String scheme = parts.group(1) == null ? "mqtt" : parts.group(1);
            String topic = parts.group(5);
            try {
                return new ServerUrl(
                        Converters.server(scheme + "://" + parts.group(4)),
                        decoded(parts.group(2)),
                        decoded(parts.group(3)),
                        topic == null || topic.isEmpty() ? null : topic);
            } catch (IllegalArgumentException wrong) {
                throw new TypeConversionException(wrong.getMessage());
            }
        }

        private static @Nullable String decoded(@Nullable String part) {
            return part == null ? null : URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        }
    }
}
