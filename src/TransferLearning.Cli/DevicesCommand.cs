using System.CommandLine;
using Spectre.Console;

namespace TransferLearning.Cli;

/// <summary><c>devices</c>: what networks can run on here, found out by running one on each device.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        var json = SharedOptions.Json();
        var command = new Command("devices", "List what works here besides the processor, after a real run on each.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var devices = await Device.FindAsync(cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(json))
                JsonOutput.Print<IReadOnlyList<JsonOutput.DeviceLine>>(
                    [.. devices.Select(status => new JsonOutput.DeviceLine($"{status.Device}", status.Works, status.Detail))]);
            else
                PrintTable(devices);
            return ExitCode.Success;
        });
        return command;
    }

    private static void PrintTable(IReadOnlyList<DeviceStatus> devices)
    {
        var table = new Table().AddColumns("device", "works", "found");
        foreach (var status in devices)
            table.AddRow(
                new Text($"{status.Device}"), new Text(status.Works ? "yes" : "no"), new Text(status.Detail.ReplaceLineEndings(" ")));
        TableOutput.Write(table);
    }
}
