package io.reactivemqtt.reactor;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.SkipException;

/**
 * Runs the Reactive Streams TCK, which is written for TestNG, as JUnit tests. What the TCK itself declares untested is left
 * out, and so is what it skips because this kind of Publisher cannot be asked it; what it requires must run.
 */
final class Tck {

    private Tck() {}

    static TestEnvironment environment() {
        return new TestEnvironment(500, 50);
    }

    static Stream<DynamicTest> tests(Supplier<? extends PublisherVerification<?>> verification) {
        return Arrays.stream(PublisherVerification.class.getMethods())
                .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
                .filter(method -> !method.getName().startsWith("untested_"))
                .sorted(Comparator.comparing(Method::getName))
                .filter(method -> applies(verification.get(), method))
                .map(method -> dynamicTest(method.getName(), () -> run(verification.get(), method)));
    }

    /** Asks by running: the TCK decides in the middle of a test whether it can ask. */
    private static boolean applies(PublisherVerification<?> verification, Method method) {
        try {
            run(verification, method);
            return true;
        } catch (SkipException notApplicable) {
            return false;
        } catch (Throwable failure) {
            return true; // and fails again as a test
        }
    }

    private static void run(PublisherVerification<?> verification, Method method) throws Throwable {
        verification.setUp();
        try {
            method.invoke(verification);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
