package io.reactivemqtt.spring.boot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which properties to look at. */
final class InvalidClientSettingsAnalyzer extends AbstractFailureAnalyzer<InvalidClientSettingsException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidClientSettingsException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "Change the properties that begin with \"" + cause.prefix()
                        + ".\": a Session in a store needs client-id and" + " session.expiry.",
                cause);
    }
}
