package io.reactivemqtt.rxjava;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.reactor.ReactorRuntime;
import io.reactivemqtt.reactor.SubscriptionSet;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.functions.BiFunction;
import io.reactivex.rxjava3.functions.Function;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What one face can do the other can, by reflection over both. */
class SameFeaturesTest {

    private static final String REACTOR_LIBRARY = "reactor.";

    /** Its functions, which may throw anything, and what they are elsewhere. */
    private static final Map<Class<?>, Class<?>> OF_RXJAVA = Map.of(
            Function.class, java.util.function.Function.class, BiFunction.class, java.util.function.BiFunction.class);

    /** The methods but those that take things of Reactor and Netty, which are for Reactor's face alone. */
    private static Set<String> features(Class<?> client) {
        return publicMethods(client)
                .filter(method -> !Arrays.asList(method.getParameterTypes()).contains(ReactorRuntime.class))
                .map(SameFeaturesTest::feature)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A method by its name and parameters; where the two worlds have their own type, by Reactor's world's. */
    private static String feature(Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(SameFeaturesTest::parameter)
                        .toList() + " -> " + result(method);
    }

    private static String parameter(Class<?> type) {
        return OF_RXJAVA.getOrDefault(type, type).getName();
    }

    /** Many, one, or none; and of what. A Maybe and a Single are both at most one, as a Mono is. */
    private static String result(Method method) {
        Class<?> type = method.getReturnType();
        if (type == Completable.class) {
            return "none";
        }
        if (type == ReactorMqttClient.class || type == RxMqttClient.class) {
            return "client";
        }
        if (type == SubscriptionSet.class || type == RxSubscriptionSet.class) {
            return "set";
        }
        if (type == List.class
                || type.getPackage() == ClientOptions.class.getPackage()) { // told at once, the same in every face
            return type.getName();
        }
        Type element = ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments()[0];
        if (type == Flux.class || type == Flowable.class) {
            return "many " + element.getTypeName();
        }
        assertThat(type).as(method.toString()).isIn(Mono.class, Single.class, Maybe.class);
        return element == Void.class ? "none" : "one " + element.getTypeName();
    }

    private static Stream<Method> publicMethods(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getDeclaringClass() != Object.class && !method.isSynthetic());
    }

    @Test
    void eachMethodOfTheReactorFaceIsThereInTheRxJavaFaceAndNoOther() {
        assertThat(features(RxMqttClient.class)).isEqualTo(features(ReactorMqttClient.class));
    }

    @Test
    void theSetsOfSubscriptionsCanTheSame() {
        assertThat(features(RxSubscriptionSet.class)).isEqualTo(features(SubscriptionSet.class));
    }

    @Test
    void theComparisonSeesWhatIsMissing() {
        assertThat(features(ReactorMqttClient.class))
                .hasSizeGreaterThan(15)
                .contains("publish[io.reactivemqtt.ApplicationMessage] -> one io.reactivemqtt.client.PublishResult")
                .contains("disconnect[] -> none")
                .isNotEqualTo(features(WithoutPublish.class));
    }

    /** A face that forgot all but one method. */
    public static final class WithoutPublish {

        /** Disconnects. */
        public Completable disconnect() {
            return Completable.complete();
        }
    }

    @Test
    void noSignatureShowsATypeOfTheReactorLibrary() {
        List<String> signatures =
                publicMethods(RxMqttClient.class).map(Method::toGenericString).toList();

        assertThat(signatures).isNotEmpty().allSatisfy(signature -> assertThat(signature)
                .doesNotContainPattern("(^|[ <,(])" + REACTOR_LIBRARY.replace(".", "\\.")));
    }
}
