package io.reactivemqtt.samples.cli.options;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.samples.cli.terminal.Terminal;
import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** From words of the command line to values, or to one line that says what is wrong. */
public final class Converters {

    private Converters() {}

    static final class ServerUri implements ITypeConverter<URI> {
        @Override
        public URI convert(String value) {
            if (value.contains("@")) { // not shown again: it may hold a password
                throw new TypeConversionException("users go to --user, passwords to --password, --password-file or "
                        + Terminal.PASSWORD_VARIABLE);
            }
            try {
                return server(value.contains("://") ? value : "mqtt://" + value);
            } catch (IllegalArgumentException wrong) {
                throw new TypeConversionException(wrong.getMessage());
            }
        }
    }

    /**
     * Returns where a Server is.
     *
     * @throws IllegalArgumentException if the client cannot connect to it, which itself knows best
     */
    static URI server(String uri) {
        ClientOptions.of(options -> options.server(uri));
        return URI.create(uri);
    }

    static final class Port implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > 65_535) {
                throw new TypeConversionException("a port is 1 to 65535, not '" + value + "'");
            }
            return Integer.valueOf(value);
        }
    }

    static final class Protocol implements ITypeConverter<ProtocolVersion> {
        @Override
        public ProtocolVersion convert(String value) {
            return switch (value) {
                case "5", "5.0", "mqttv5" -> ProtocolVersion.MQTT_5_0;
                case "3.1.1", "311", "mqttv311" -> ProtocolVersion.MQTT_3_1_1;
                default -> throw new TypeConversionException("it is 5 or 3.1.1, not '" + value + "'");
            };
        }
    }

    public static final class QosLevel implements ITypeConverter<Qos> {
        @Override
        public Qos convert(String value) {
            return switch (value) {
                case "0" -> Qos.AT_MOST_ONCE;
                case "1" -> Qos.AT_LEAST_ONCE;
                case "2" -> Qos.EXACTLY_ONCE;
                default -> throw new TypeConversionException("QoS is 0, 1 or 2, not '" + value + "'");
            };
        }
    }

    /** Seconds, or a number with s, m, h or d behind it. */
    public static final class Interval implements ITypeConverter<Duration> {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,10})([smhd]?)");

        @Override
        public Duration convert(String value) {
            Matcher form = FORM.matcher(value);
            if (!form.matches()) {
                throw new TypeConversionException(
                        "a time is a number of seconds, or one with s, m, h or d behind it, not '" + value + "'");
            }
            long number = Long.parseLong(form.group(1));
            Duration time =
                    switch (form.group(2)) {
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        case "d" -> Duration.ofDays(number);
                        default -> Duration.ofSeconds(number);
                    };
            if (time.compareTo(SessionOptions.NEVER) > 0) {
                throw new TypeConversionException("a time is at most 4294967295 seconds, not '" + value + "'");
            }
            return time;
        }
    }

    /** As {@link Interval}, or "never". */
    static final class Expiry implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            return value.equals("never") ? SessionOptions.NEVER : new Interval().convert(value);
        }
    }

    static final class Property implements ITypeConverter<UserProperty> {
        @Override
        public UserProperty convert(String value) {
            int equals = value.indexOf('=');
            if (equals < 0) {
                throw new TypeConversionException("a User Property is NAME=VALUE, not '" + value + "'");
            }
            return checked(() -> new UserProperty(value.substring(0, equals), value.substring(equals + 1)));
        }
    }

    public static final class Topic implements ITypeConverter<TopicName> {
        @Override
        public TopicName convert(String value) {
            return checked(() -> TopicName.of(value));
        }
    }

    public static final class Filter implements ITypeConverter<TopicFilter> {
        @Override
        public TopicFilter convert(String value) {
            return checked(() -> TopicFilter.of(value));
        }
    }

    public static final class Retained implements ITypeConverter<RetainHandling> {
        @Override
        public RetainHandling convert(String value) {
            return switch (value) {
                case "send" -> RetainHandling.SEND;
                case "send-if-new" -> RetainHandling.SEND_IF_NEW;
                case "do-not-send" -> RetainHandling.DO_NOT_SEND;
                default ->
                    throw new TypeConversionException("it is send, send-if-new or do-not-send, not '" + value + "'");
            };
        }
    }

    public static final class Format implements ITypeConverter<MessageFormat> {
        @Override
        public MessageFormat convert(String value) {
            return switch (value) {
                case "text" -> MessageFormat.TEXT;
                case "json" -> MessageFormat.JSON;
                case "hex" -> MessageFormat.HEX;
                default -> throw new TypeConversionException("it is text, json or hex, not '" + value + "'");
            };
        }
    }

    static final class DeclaredFormat implements ITypeConverter<PayloadFormat> {
        @Override
        public PayloadFormat convert(String value) {
            return switch (value) {
                case "utf8" -> PayloadFormat.UTF8;
                case "bytes" -> PayloadFormat.BYTES;
                default -> throw new TypeConversionException("it is utf8 or bytes, not '" + value + "'");
            };
        }
    }

    /** A count from 1 on. */
    public static final class Count implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            if (!value.matches("0*[1-9][0-9]{0,8}")) {
                throw new TypeConversionException("it is a number from 1 to 999999999, not '" + value + "'");
            }
            return Integer.valueOf(value);
        }
    }

    /** Makes a value of the library, whose own checks say best what is wrong. */
    private static <T> T checked(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException wrong) {
            throw new TypeConversionException(wrong.getMessage());
        }
    }
}
