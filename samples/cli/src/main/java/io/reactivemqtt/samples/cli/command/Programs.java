package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.Payload;
import io.reactivemqtt.client.ReceivedMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Runs a program for each message: the payload is its standard input, and its standard output is the result. Thread-safe. */
final class Programs implements AutoCloseable {

    /** The variable that has the Topic Name. */
    static final String TOPIC_VARIABLE = "MQTT_TOPIC";

    /** One thread writes to a program while another one reads: it may answer before it has read all. */
    private static final int THREADS_OF_A_PROGRAM = 2;

    private final ProgramLine line;
    private final Scheduler streams;
    private final Set<ProcessHandle> running = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    /** The program has ended with another exit status than 0. */
    static final class ProgramFailedException extends Exception {
        private static final long serialVersionUID = 1;

        ProgramFailedException(String program, int status) {
            super(program + " ended with exit status " + status);
        }
    }

    /** Makes what runs at most {@code concurrency} at once: with fewer threads, a reader could keep a writer waiting for ever. */
    Programs(ProgramLine line, int concurrency) {
        this.line = line;
        this.streams = Schedulers.newBoundedElastic(
                THREADS_OF_A_PROGRAM * concurrency, Integer.MAX_VALUE, "programs", 60, true);
    }

    /**
     * Returns what the program writes, once it has ended with exit status 0; an error, {@link ProgramFailedException} if that is
     * another, {@link IOException} if it cannot be started or writes more than fits in a message. Cancelling ends it.
     */
    Mono<Payload> run(ReceivedMessage message) {
        return Mono.usingWhen(
                Mono.fromCallable(() -> start(message)).subscribeOn(streams),
                process -> result(process, message.payload()),
                this::end,
                (process, failure) -> end(process),
                this::end);
    }

    private Process start(ReceivedMessage message) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(line.words()).redirectError(Redirect.INHERIT);
        builder.environment().put(TOPIC_VARIABLE, message.topicName().toString());
        Process process = builder.start();
        running.add(process.toHandle());
        if (over) { // which may have come after the last look at what runs
            end(process.toHandle());
        }
        return process;
    }

    private Mono<Payload> result(Process process, Payload input) {
        Mono<Boolean> written = Mono.fromCallable(() -> write(input, process)).subscribeOn(streams);
        Mono<Payload> read = Mono.fromCallable(() -> read(process)).subscribeOn(streams);
        Mono<Process> ended = Mono.fromFuture(process.onExit(), true);
        return Mono.zip(written, read, ended).flatMap(all -> {
            int status = process.exitValue();
            return status == 0
                    ? Mono.just(all.getT2())
                    : Mono.error(new ProgramFailedException(line.words().get(0), status));
        });
    }

    private static boolean write(Payload input, Process process) {
        try (OutputStream target = process.getOutputStream()) {
            target.write(input.toByteArray());
            return true;
        } catch (IOException notInterested) { // a program need not read its input
            return false;
        }
    }

    private Payload read(Process process) throws IOException {
        try (InputStream source = process.getInputStream()) {
            byte[] output = source.readNBytes(MessageArguments.LARGEST_PAYLOAD + 1);
            if (output.length > MessageArguments.LARGEST_PAYLOAD) {
                throw new IOException(line.words().get(0) + " writes more than fits in an MQTT packet");
            }
            return Payload.wrap(output);
        }
    }

    private Mono<Void> end(Process process) {
        return Mono.fromRunnable(() -> {
            ProcessHandle handle = process.toHandle();
            running.remove(handle);
            handle.destroy(); // if it has not ended; unlike that of Process, it leaves the streams alone
        });
    }

    /** Ends what runs still, and whatever starts from now on. It may block. */
    void endAll() {
        over = true;
        running.forEach(Programs::end);
    }

    /** What a shell has started would keep its output open. */
    private static void end(ProcessHandle program) {
        program.descendants().forEach(ProcessHandle::destroy);
        program.destroy();
    }

    @Override
    public void close() {
        endAll();
        streams.dispose();
    }
}
