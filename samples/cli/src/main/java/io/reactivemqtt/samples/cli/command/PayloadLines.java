package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.Payload;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** The lines of a stream as payloads: their bytes, without what ends the line. */
final class PayloadLines {

    private final InputStream source;

    private PayloadLines(InputStream source) {
        this.source = source;
    }

    /** Returns them as they come, read on a thread that may block; for one subscriber. */
    static Flux<Payload> of(InputStream source) {
        PayloadLines lines = new PayloadLines(new BufferedInputStream(source));
        return Flux.<Payload>generate(sink -> {
                    try {
                        Payload line = lines.next();
                        if (line == null) {
                            sink.complete();
                        } else {
                            sink.next(line);
                        }
                    } catch (IOException failure) {
                        sink.error(failure);
                    }
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    private @Nullable Payload next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = source.read();
        if (next < 0) {
            return null;
        }
        for (; next >= 0 && next != '\n'; next = source.read()) {
            line.write(next);
        }
        byte[] bytes = line.toByteArray();
        int length = bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        return Payload.of(Arrays.copyOf(bytes, length));
    }
}
