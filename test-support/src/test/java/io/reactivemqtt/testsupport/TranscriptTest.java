package io.reactivemqtt.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.logging.InternalLoggerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.util.Loggers;

class TranscriptTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void everyLoggerIsHeardAtItsFinest() throws IOException {
        Path file = directory.resolve("new/all.log");
        Transcript transcript = Transcript.begin(file);
        System.getLogger("a.system.logger").log(System.Logger.Level.TRACE, "heard 1");
        Loggers.getLogger("a.reactor.logger").trace("heard {}", 2);
        InternalLoggerFactory.getInstance("a.netty.logger").trace("heard {}", 3);
        Logger.getLogger("a.jdk.logger").log(Level.FINEST, "heard 4", new IOException("heard 5"));
        transcript.close();
        Logger.getLogger("a.jdk.logger").fine("too late");

        assertThat(file)
                .content()
                .contains("a.system.logger FINER: heard 1\n")
                .contains("a.reactor.logger FINEST: heard 2\n")
                .contains("a.netty.logger FINEST: heard 3\n")
                .contains("a.jdk.logger FINEST: heard 4\njava.io.IOException: heard 5\n\tat ")
                .doesNotContain("too late");
    }
}
