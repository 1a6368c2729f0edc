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
        var trainable =
            new Option<bool>("--trainable") { Description = "Show for each layer whether training can pass through it, and if not, why." };
        var command = new Command("summary", "Print the layers and parameters of a network.") { model, trainable, json };
        freeze.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string name = parsed.GetRequiredValue(model);
            var network = await SharedOptions.ReadNetworkAsync(name, cancellationToken).ConfigureAwait(false);
            var frozen = freeze.Read(parsed);
            if (frozen is null && TrainedPart.Of(name, network) is { } trained)
            {
                frozen = trained.Freeze;
                if (!parsed.GetValue(json))
                    Console.Out.WriteLine(trained.Text);
            }

            var obstacles = parsed.GetValue(trainable) ? Trainability.FindObstacles(network) : null;
            Print(network.Summarize(frozen), obstacles, parsed.GetValue(json));
            return ExitCode.Success;
        });
        return command;
    }

    private static void Print(ModelSummary summary, IReadOnlyDictionary<string, string>? obstacles, bool json)
    {
        if (!json)
        {
            Console.Out.WriteLine(summary);
            foreach (var row in summary.Rows.Skip(1).Where(_ => obstacles is not null))
                Console.Out.WriteLine(obstacles!.TryGetValue(row.Name, out string? reason) ? $" {row.Name}: no, {reason}"
                    : $" {row.Name}: training can pass");
            return;
        }

        JsonOutput.Print(new JsonOutput.Summary(
            [
                .. summary.Rows.Select(row => new JsonOutput.SummaryLayer(
                    row.Name, row.Kind, row.OutputShape, row.Parameters, row.TrainableParameters, obstacles?.GetValueOrDefault(row.Name))),
            ],
            summary.TotalParameters,
            summary.TrainableParameters,
            summary.NonTrainableParameters));
    }
}
