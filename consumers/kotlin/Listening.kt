package com.example

import io.reactivemqtt.ApplicationMessage
import io.reactivemqtt.Payload
import io.reactivemqtt.Qos
import io.reactivemqtt.reactor.ReactorMqttClient
import io.reactivemqtt.spring.boot.MqttListener
import io.reactivemqtt.spring.boot.TopicVariable
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.delay
import kotlinx.coroutines.reactor.awaitSingle
import org.springframework.boot.autoconfigure.SpringBootApplication
import org.springframework.boot.runApplication
import org.springframework.context.annotation.Bean

class Listener {
    val heard = CompletableDeferred<String>()

    @MqttListener("kotlin/{id}")
    suspend fun hear(@TopicVariable("id") id: String, text: String) {
        delay(10)
        heard.complete("$id $text")
    }
}

@SpringBootApplication(proxyBeanMethods = false)
class Application {
    @Bean
    fun listener() = Listener()
}

/** A suspending function hears a message, in an application of Spring Boot. */
suspend fun listen(server: String) {
    val context = runApplication<Application>("--reactive-mqtt.servers=$server")
    context.getBean(ReactorMqttClient::class.java).publish(
        ApplicationMessage.to("kotlin/7").payload(Payload.utf8("Hello")).qos(Qos.AT_LEAST_ONCE).retain(true).build()
    ).awaitSingle()
    check(context.getBean(Listener::class.java).heard.await() == "7 Hello") { "the listener heard something else" }
    context.close()
}
