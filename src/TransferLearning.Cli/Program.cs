using System.CommandLine;
using System.Globalization;
using TransferLearning.Cli;

// The same numbers and words whatever the language of the machine: the output is read by scripts too.
CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
RuntimeTelemetry.TurnOff();

var root = new RootCommand("Image classifiers for your own pictures: a folder of pictures becomes one ONNX file.")
{
    CheckCommand.Create(),
    AdviseCommand.Create(),
    PreviewCommand.Create(),
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    PredictCommand.Create(),
    FeaturesCommand.Create(),
    ExplainCommand.Create(),
    SummaryCommand.Create(),
    BackbonesCommand.Create(),
};

return await CommandRunner.RunAsync(root, args).ConfigureAwait(false);
