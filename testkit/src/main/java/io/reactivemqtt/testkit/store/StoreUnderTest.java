package io.reactivemqtt.testkit.store;

import io.reactivemqtt.store.SessionStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What {@link SessionStoreContract} asks of whoever runs it: the store, and what may happen to it. No test may take longer than
 * ten minutes, unless the test class has a {@link Timeout} of its own.
 */
@ExtendWith(StoreBenchExtension.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public interface StoreUnderTest {

    /** Returns a store without any sessions, independent of every earlier one. */
    SessionStore newStore();

    /**
     * Returns a store over the same place, as after an orderly restart of the process: {@code store} is closed first, and not
     * used again. A store that lives as long as its object returns {@code store} itself.
     */
    SessionStore reopen(SessionStore store);

    /**
     * Returns a store over the same place, as after the process was killed at this moment: {@code store} is not closed first, an
     * append may be under way in it, and it is not used again; cleaning up after it is left to the test class. Best is a copy of
     * the files as they are now. By default as {@link #reopen}, which shows nothing about crashes.
     */
    default SessionStore crash(SessionStore store) {
        return reopen(store);
    }

    /**
     * Returns a second store over the same place while {@code store} stays in use, as another process would have it; null, the
     * default, if that cannot be.
     */
    default @Nullable SessionStore another(SessionStore store) {
        return null;
    }

    /**
     * Makes the next append of {@code store} fail, of whichever client, and only that one.
     *
     * @return whether it will; false, the default, if that cannot be done
     */
    default boolean failNextAppend(SessionStore store) {
        return false;
    }

    /** Ends the use of {@code store} after a test; by default closes it if it is {@link AutoCloseable}. */
    default void dispose(SessionStore store) throws Exception {
        if (store instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /** Tells whether the tests of {@link VolumeContract} run; by default they do. They append a million messages. */
    default boolean largeVolumes() {
        return true;
    }

    /** Returns how long a test waits for a signal before it fails; by default 30 seconds. */
    default Duration patience() {
        return Duration.ofSeconds(30);
    }
}
