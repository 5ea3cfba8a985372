package com.example

import io.reactivemqtt.ApplicationMessage
import io.reactivemqtt.Qos
import io.reactivemqtt.client.ClientOptions
import io.reactivemqtt.reactor.ReactorMqttClient
import io.reactivemqtt.store.sqlite.SqliteSessionStore
import java.nio.file.Path
import java.time.Duration
import java.util.function.Consumer
import kotlin.system.exitProcess
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.reactive.asFlow
import kotlinx.coroutines.reactive.awaitFirstOrNull
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

/** What a stranger's first program does, in suspending functions. */
suspend fun talk(server: String, store: SqliteSessionStore) = kotlinx.coroutines.coroutineScope {
    val pid = ProcessHandle.current().pid()
    val topic = "consumer/$pid"
    val session = Consumer<ClientOptions.Builder> { options ->
        options.server(server).durableSession("consumer-$pid", Duration.ofMinutes(5), store)
    }
    val client = ReactorMqttClient.create(session)
    client.connect().awaitSingle()
    val granted = CompletableDeferred<Unit>()
    val received = async(start = CoroutineStart.UNDISPATCHED) {
        client.subscribe { it.filter(topic).qos(Qos.EXACTLY_ONCE).onGranted { granted.complete(Unit) } }
            .asFlow().take(3).toList()
    }
    granted.await()
    for (qos in Qos.values()) {
        client.publish(ApplicationMessage.of(topic, "Hello", qos)).awaitSingle()
    }
    check(received.await().size == 3) { "no three messages" }
    client.disconnect().awaitFirstOrNull()

    val offline = ReactorMqttClient.create(session)
    offline.enqueue(ApplicationMessage.of(topic, "Later", Qos.AT_LEAST_ONCE)).awaitSingle()
    offline.disconnect().awaitFirstOrNull()

    val restarted = ReactorMqttClient.create(session)
    restarted.connect().awaitSingle()
    restarted.disconnect(Duration.ofSeconds(10)).awaitSingle()
    check(restarted.inspectSession().awaitSingle().inFlight().isEmpty()) { "the message did not leave" }
}

fun main(arguments: Array<String>) {
    runBlocking {
        withTimeout(60_000) {
            SqliteSessionStore.at(Path.of(arguments[1])).use { talk(arguments[0], it) }
            listen(arguments[0])
        }
    }
    println("consumer: all is well")
    exitProcess(0)
}
