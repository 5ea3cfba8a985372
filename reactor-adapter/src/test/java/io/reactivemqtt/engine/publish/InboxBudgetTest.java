package io.reactivemqtt.engine.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.QueueOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class InboxBudgetTest {

    private static final int MESSAGES = 2_000;
    private static final int TIMES = 2_000;

    private final ApplicationMessage message =
            ApplicationMessage.of(TopicName.of("a"), Payload.of(new byte[64]), Qos.AT_LEAST_ONCE);

    @Test
    void asManyMessagesAsTheQueueTakesAreNeverRefusedOnTheWay() {
        for (int time = 0; time < TIMES; time++) {
            assertThat(refused()).as("messages refused, time %d", time).isZero();
        }
    }

    /** Hands over as many messages as the queue takes, while another thread, as the loop, puts them into the queue. */
    private int refused() {
        InboxBudget budget =
                new InboxBudget(QueueOptions.builder().maximumMessages(MESSAGES).build());
        ConcurrentLinkedQueue<ApplicationMessage> inbox = new ConcurrentLinkedQueue<>();
        CompletableFuture<Void> loop = CompletableFuture.runAsync(() -> {
            for (int waiting = 0; waiting < MESSAGES; ) {
                ApplicationMessage next = inbox.poll();
                if (next != null) {
                    waiting++;
                    if (budget.moved(next)) {
                        budget.look(waiting, 64L * waiting);
                    }
                }
            }
        });
        int refused = 0;
        for (int i = 0; i < MESSAGES; i++) {
            refused += budget.take(message, false) ? 0 : 1;
            inbox.add(message);
        }
        loop.join();
        return refused;
    }
}
