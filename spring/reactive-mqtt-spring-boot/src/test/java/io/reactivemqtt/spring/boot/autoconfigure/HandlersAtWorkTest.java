package io.reactivemqtt.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Handlers that are at work come to their ends; no more begin. */
class HandlersAtWorkTest {

    private final HandlersAtWork handlers = new HandlersAtWork();

    private boolean isClosed() {
        return handlers.close().toFuture().isDone();
    }

    @Test
    void whereNoneIsAtWorkItEndsAtOnce() {
        handlers.open();
        Flux.from(handlers.handle(Mono::empty)).blockLast();
        assertThat(isClosed()).isTrue();
    }

    @Test
    void itEndsWithTheLastHandler() {
        handlers.open();
        Sinks.Empty<Void> first = Sinks.empty();
        Sinks.Empty<Void> second = Sinks.empty();
        Flux.from(handlers.handle(first::asMono)).subscribe();
        Flux.from(handlers.handle(second::asMono)).subscribe(nothing -> {}, failure -> {});
        assertThat(isClosed()).isFalse();
        first.tryEmitEmpty();
        assertThat(isClosed()).isFalse();
        second.tryEmitError(new IllegalStateException());
        assertThat(isClosed()).isTrue();
    }

    @Test
    void noneBeginsAfterIt() {
        handlers.open();
        assertThat(isClosed()).isTrue();
        boolean[] begun = new boolean[1];
        boolean[] ended = new boolean[1];
        Flux.from(handlers.handle(() -> Mono.fromRunnable(() -> begun[0] = true)))
                .subscribe(nothing -> {}, failure -> {}, () -> ended[0] = true);
        assertThat(begun[0] || ended[0]).as("it waits to be handed back").isFalse();
        handlers.open();
        Flux.from(handlers.handle(() -> Mono.fromRunnable(() -> begun[0] = true)))
                .subscribe();
        assertThat(begun[0]).as("the application was started again").isTrue();
    }
}
