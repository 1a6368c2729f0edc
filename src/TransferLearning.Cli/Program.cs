using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using TransferLearning.Cli;

// The same numbers and words whatever the language of the machine: the output is read by scripts too.
CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
RuntimeTelemetry.TurnOff();

// A root command would be called after the assembly in the help, not as its user calls it.
var root = new Command("transfer-learning", "Image classifiers for your own images: a folder of images becomes one ONNX file.")
{
    CheckCommand.Create(),
    AdviseCommand.Create(),
    PreviewCommand.Create(),
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    QuantizeCommand.Create(),
    PredictCommand.Create(),
    FeaturesCommand.Create(),
    ExplainCommand.Create(),
    SummaryCommand.Create(),
    BackbonesCommand.Create(),
    new HelpOption(),
    new VersionOption(),
};

return await CommandRunner.RunAsync(root, args).ConfigureAwait(false);
