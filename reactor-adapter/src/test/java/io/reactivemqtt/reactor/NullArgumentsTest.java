package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.SharedSubscription;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicTemplate;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.Will;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.Authenticator;
import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.ClientObserver;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectAttempt;
import io.reactivemqtt.client.ConnectLimiter;
import io.reactivemqtt.client.ConnectPreparation;
import io.reactivemqtt.client.ConnectSettings;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.Credentials;
import io.reactivemqtt.client.CredentialsProvider;
import io.reactivemqtt.client.DisconnectOptions;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.IfOffline;
import io.reactivemqtt.client.OnCancel;
import io.reactivemqtt.client.PayloadCodec;
import io.reactivemqtt.client.ProxyOptions;
import io.reactivemqtt.client.PublishOptions;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.QueueFullPolicy;
import io.reactivemqtt.client.QueueOptions;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.client.ScramSha256;
import io.reactivemqtt.client.ServerCertificateCheck;
import io.reactivemqtt.client.ServerUri;
import io.reactivemqtt.client.SessionLossPolicy;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.client.SocketOptions;
import io.reactivemqtt.client.StuckMessagePolicy;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.client.TlsOptions;
import io.reactivemqtt.client.Unclaimed;
import io.reactivemqtt.client.UnknownSessionPolicy;
import io.reactivemqtt.client.WebSocketOptions;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.store.HandlerTransaction;
import io.reactivemqtt.store.InMemorySessionStore;
import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.testkit.TestMessages;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.netty.resources.LoopResources;

/** Null where null is not allowed is refused at once, by the name of the parameter: everywhere, so each method is tried. */
class NullArgumentsTest {

    private static final ApplicationMessage MESSAGE = ApplicationMessage.of("a", "text", Qos.AT_LEAST_ONCE);

    private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(
            Map.entry(String.class, "a"),
            Map.entry(byte[].class, new byte[] {1}),
            Map.entry(int.class, 1),
            Map.entry(long.class, 1L),
            Map.entry(boolean.class, false),
            Map.entry(Duration.class, Duration.ofSeconds(1)),
            Map.entry(Instant.class, Instant.EPOCH),
            Map.entry(URI.class, URI.create("mqtt://localhost")),
            Map.entry(ByteBuffer.class, ByteBuffer.allocate(8)),
            Map.entry(List.class, List.of()),
            Map.entry(Consumer.class, (Consumer<Object>) NullArgumentsTest::ignore),
            Map.entry(Function.class, (Function<Object, Object>) NullArgumentsTest::ignored),
            Map.entry(BiFunction.class, (BiFunction<Object, Object, Object>) (one, other) -> Flux.empty()),
            Map.entry(PayloadCodec.class, Numbers.CODEC),
            Map.entry(Object.class, 1),
            Map.entry(Publisher.class, Flux.empty()),
            Map.entry(Qos.class, Qos.AT_LEAST_ONCE),
            Map.entry(ReasonCode.class, ReasonCode.SUCCESS),
            Map.entry(ProtocolVersion.class, ProtocolVersion.MQTT_5_0),
            Map.entry(Payload.class, Payload.EMPTY),
            Map.entry(TopicName.class, TopicName.of("a")),
            Map.entry(TopicFilter.class, TopicFilter.of("a")),
            Map.entry(TopicTemplate.class, TopicTemplate.of("a/{b}")),
            Map.entry(BiConsumer.class, (BiConsumer<Object, Object>) (first, second) -> {}),
            Map.entry(SharedSubscription.class, new SharedSubscription("g", TopicFilter.of("a"))),
            Map.entry(UserProperties.class, UserProperties.of("a", "b")),
            Map.entry(UserProperties.UserProperty.class, new UserProperties.UserProperty("a", "b")),
            Map.entry(MessageProperties.class, MessageProperties.NONE),
            Map.entry(ApplicationMessage.class, MESSAGE),
            Map.entry(ApplicationMessage.Builder.class, ApplicationMessage.to("a")),
            Map.entry(Will.class, Will.of(MESSAGE)),
            Map.entry(TopicSubscription.class, TopicSubscription.of("a", Qos.AT_LEAST_ONCE)),
            Map.entry(TopicSubscription.RetainHandling.class, TopicSubscription.RetainHandling.SEND),
            Map.entry(ClientObserver.class, ClientObserver.NONE),
            Map.entry(QueueFullPolicy.class, QueueFullPolicy.FAIL),
            Map.entry(SessionLossPolicy.class, SessionLossPolicy.FAIL),
            Map.entry(UnknownSessionPolicy.class, UnknownSessionPolicy.FAIL),
            Map.entry(StuckMessagePolicy.class, StuckMessagePolicy.FAIL),
            Map.entry(SessionOptions.class, SessionOptions.builder().build()),
            Map.entry(SessionOptions.Builder.class, SessionOptions.builder()),
            Map.entry(ConnectSettings.class, ConnectSettings.builder().build()),
            Map.entry(ConnectSettings.Builder.class, ConnectSettings.builder()),
            Map.entry(QueueOptions.class, QueueOptions.builder().build()),
            Map.entry(QueueOptions.Builder.class, QueueOptions.builder()),
            Map.entry(SessionLeases.class, new SharedLeases().process()),
            Map.entry(SessionStore.class, new InMemorySessionStore()),
            Map.entry(ClientOptions.class, ClientOptions.builder().build()),
            Map.entry(ClientOptions.Builder.class, ClientOptions.builder()),
            Map.entry(ReconnectPolicy.class, ReconnectPolicy.DEFAULT),
            Map.entry(ReconnectPolicy.Builder.class, ReconnectPolicy.builder()),
            Map.entry(FailurePolicy.class, FailurePolicy.stop()),
            Map.entry(Backoff.class, Backoff.fixed(Duration.ofSeconds(1))),
            Map.entry(Predicate.class, (Predicate<Object>) Objects::isNull),
            Map.entry(double.class, 0.5),
            Map.entry(TlsOptions.class, TlsOptions.DEFAULT),
            Map.entry(TlsOptions.Builder.class, TlsOptions.builder()),
            Map.entry(WebSocketOptions.class, WebSocketOptions.DEFAULT),
            Map.entry(WebSocketOptions.Builder.class, WebSocketOptions.builder()),
            Map.entry(SocketOptions.class, SocketOptions.DEFAULT),
            Map.entry(SocketOptions.Builder.class, SocketOptions.builder()),
            Map.entry(ProxyOptions.class, ProxyOptions.of("http://localhost")),
            Map.entry(AddressResolverGroup.class, DefaultAddressResolverGroup.INSTANCE),
            Map.entry(ServerCertificateCheck.class, (ServerCertificateCheck) session -> Flux.empty()),
            Map.entry(ConnectLimiter.class, ConnectLimiter.of(1, 1)),
            Map.entry(Authenticator.class, ScramSha256.of("a", "b")),
            Map.entry(ScramSha256.class, ScramSha256.of("a", "b")),
            Map.entry(CredentialsProvider.class, (CredentialsProvider) attempt -> Flux.empty()),
            Map.entry(ConnectPreparation.class, (ConnectPreparation) attempt -> Flux.empty()),
            Map.entry(MqttException.class, new ClientClosedException("a")),
            Map.entry(Credentials.class, Credentials.ofToken("a")),
            Map.entry(
                    ConnectAttempt.class,
                    ConnectAttempt.of(ClientOptions.builder().build(), URI.create("mqtt://localhost"), 0, null)),
            Map.entry(Path.class, Path.of("a.pem")),
            Map.entry(Path[].class, new Path[] {Path.of("a.pem")}),
            Map.entry(String[].class, new String[] {"TLSv1.3"}),
            Map.entry(SslContext.class, sslContext()),
            Map.entry(Supplier.class, (Supplier<Object>) Object::new),
            Map.entry(SubscribeOptions.class, SubscribeOptions.of("a", Qos.AT_LEAST_ONCE)),
            Map.entry(SubscribeOptions.Builder.class, SubscribeOptions.builder()),
            Map.entry(DisconnectOptions.class, DisconnectOptions.of(options -> {})),
            Map.entry(DisconnectOptions.Builder.class, DisconnectOptions.builder()),
            Map.entry(PublishOptions.class, PublishOptions.DEFAULT),
            Map.entry(PublishOptions.Builder.class, PublishOptions.builder()),
            Map.entry(PublishResult.class, PublishResult.succeeded(MESSAGE, null, false)),
            Map.entry(Runnable.class, (Runnable) () -> {}),
            Map.entry(IfOffline.class, IfOffline.FAIL),
            Map.entry(ConsumeOptions.class, ConsumeOptions.of("a", Qos.AT_LEAST_ONCE)),
            Map.entry(ConsumeOptions.Builder.class, ConsumeOptions.builder()),
            Map.entry(HandlerTransaction.class, new SharingStore()),
            Map.entry(ReceivedMessage.class, TestMessages.received("a", "text", Qos.AT_LEAST_ONCE)),
            Map.entry(AcknowledgementMode.class, AcknowledgementMode.BY_HAND),
            Map.entry(OnCancel.class, OnCancel.KEEP),
            Map.entry(Unclaimed.class, Unclaimed.KEEP),
            Map.entry(SubscribeOptions.Overflow.class, SubscribeOptions.Overflow.FAIL),
            Map.entry(LoopResources.class, LoopResources.create("never-asked")),
            Map.entry(ReactorRuntime.class, ReactorRuntime.DEFAULT),
            Map.entry(ReactorRuntime.Builder.class, ReactorRuntime.builder()),
            Map.entry(ReactorMqttClient.class, ReactorMqttClient.create(options -> {})));

    private static final List<Class<?>> TYPES = List.of(
            TopicName.class,
            TopicFilter.class,
            TopicTemplate.class,
            SharedSubscription.class,
            Payload.class,
            UserProperties.class,
            UserProperties.UserProperty.class,
            MessageProperties.class,
            ApplicationMessage.class,
            ApplicationMessage.Builder.class,
            Will.class,
            TopicSubscription.class,
            ClientOptions.class,
            ClientOptions.Builder.class,
            SessionOptions.class,
            SessionOptions.Builder.class,
            ConnectSettings.class,
            ConnectSettings.Builder.class,
            QueueOptions.class,
            QueueOptions.Builder.class,
            ReconnectPolicy.class,
            ReconnectPolicy.Builder.class,
            Backoff.class,
            FailurePolicy.class,
            TlsOptions.class,
            TlsOptions.Builder.class,
            WebSocketOptions.class,
            WebSocketOptions.Builder.class,
            SocketOptions.class,
            SocketOptions.Builder.class,
            ProxyOptions.class,
            ServerUri.class,
            Authenticator.class,
            ScramSha256.class,
            Credentials.class,
            ConnectAttempt.class,
            SubscribeOptions.class,
            SubscribeOptions.Builder.class,
            DisconnectOptions.class,
            DisconnectOptions.Builder.class,
            PublishOptions.class,
            PublishOptions.Builder.class,
            PublishReceipt.class,
            ConsumeOptions.class,
            ConsumeOptions.Builder.class,
            ConsumeOptions.InTransaction.class,
            PayloadCodec.class,
            ReceivedMessage.class,
            ReactorRuntime.class,
            ReactorRuntime.Builder.class,
            ReactorMqttClient.class);

    private static SslContext sslContext() {
        try {
            return SslContextBuilder.forClient().build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<Arguments> parametersThatAreNeverNull() {
        List<Arguments> parameters = new ArrayList<>();
        for (Class<?> type : TYPES) {
            Stream.concat(Stream.of(type.getDeclaredConstructors()), Stream.of(type.getDeclaredMethods()))
                    .filter(each -> Modifier.isPublic(each.getModifiers()) && !each.isSynthetic())
                    .filter(each -> !each.getName().equals("equals"))
                    .forEach(each -> {
                        for (int i = 0; i < each.getParameterCount(); i++) {
                            Parameter parameter = each.getParameters()[i];
                            if (!parameter.getType().isPrimitive()
                                    && !parameter.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                                parameters.add(Arguments.of(each, i, parameter.getName()));
                            }
                        }
                    });
        }
        return parameters.stream();
    }

    @ParameterizedTest(name = "{2} of {0}")
    @MethodSource("parametersThatAreNeverNull")
    void nullIsRefusedByTheNameOfTheParameter(Executable executable, int index, String name) {
        @Nullable
        Object[] arguments = Stream.of(executable.getParameterTypes())
                .map(type -> Objects.requireNonNull(SAMPLES.get(type), type::getName))
                .toArray();
        arguments[index] = null;

        Throwable refusal = catchThrowable(() -> call(executable, arguments));

        assertThat(refusal)
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .isInstanceOf(NullPointerException.class)
                .hasMessage(name);
    }

    private static void ignore(Object anything) {}

    private static Flux<Object> ignored(Object anything) {
        return Flux.empty();
    }

    private static void call(Executable executable, @Nullable Object[] arguments) throws ReflectiveOperationException {
        if (executable instanceof Method method) {
            Object target = Modifier.isStatic(method.getModifiers()) ? null : SAMPLES.get(method.getDeclaringClass());
            method.invoke(target, arguments);
        } else {
            ((java.lang.reflect.Constructor<?>) executable).newInstance(arguments);
        }
    }
}
