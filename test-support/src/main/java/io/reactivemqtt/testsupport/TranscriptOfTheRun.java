package io.reactivemqtt.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Writes all that is logged in a test run, at its finest, to the file that the system property {@value #FILE} names, for who looks for
 * secrets there.
 *
 * <p>JUnit finds it by itself wherever this module is on the class path. Without the property it does nothing.
 */
public final class TranscriptOfTheRun implements LauncherSessionListener {

    static final String FILE = "reactivemqtt.transcript";

    private @Nullable Transcript transcript;

    /** JUnit makes one. */
    public TranscriptOfTheRun() {}

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        String file = System.getProperty(FILE);
        if (file != null) {
            try {
                transcript = Transcript.begin(Path.of(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        if (transcript != null) {
            transcript.close();
        }
    }
}
