using System.CommandLine;
using TransferLearning.Onnx;

namespace TransferLearning.Cli;

/// <summary><c>summary MODEL</c>: the layers of a network as Keras prints them.</summary>
internal static class SummaryCommand
{
    public static Command Create()
    {
        var model = SharedOptions.Model();
        var freeze = new FreezeOptions();
        var json = SharedOptions.Json();
        var command = new Command("summary", "Print the layers and parameters of a network.") { model, json };
        freeze.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var network = await SharedOptions.ReadNetworkAsync(parsed.GetRequiredValue(model), cancellationToken).ConfigureAwait(false);
            Print(network.Summarize(freeze.Read(parsed)), parsed.GetValue(json));
            return ExitCode.Success;
        });
        return command;
    }

    private static void Print(ModelSummary summary, bool json)
    {
        if (!json)
        {
            Console.Out.WriteLine(summary);
            return;
        }

        JsonOutput.Print(new JsonOutput.Summary(
            [
                .. summary.Rows.Select(row => new JsonOutput.SummaryLayer(
                    row.Name, row.Kind, row.OutputShape, row.Parameters, row.TrainableParameters)),
            ],
            summary.TotalParameters,
            summary.TrainableParameters,
            summary.NonTrainableParameters));
    }
}
