package io.reactivemqtt.samples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code reactive-mqtt session}: what stands in a store, without any Server. */
@Command(
        name = "session",
        description = {"Looks into the Sessions of a store, and takes them elsewhere. No Server is asked.", ""},
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        subcommands = {SessionInspectCommand.class, SessionExportCommand.class, SessionImportCommand.class})
final class SessionCommand {

    @Mixin
    @SuppressWarnings("UnusedVariable") // it answers by itself
    private HelpOption help = new HelpOption();
}
