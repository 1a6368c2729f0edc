using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using TransferLearning;
using TransferLearning.Cli;
using TransferLearning.Cli.Projects;

// The output does not depend on the culture of the machine: scripts read it too.
CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
RuntimeTelemetry.TurnOff();
NativeHeap.ReturnLargeBlocks();
FurtherFormats.Register();

// Names of files and classes survive in every terminal and code page.
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

// The help of a RootCommand shows the name of the assembly instead of that of the tool.
var root = new Command("transfer-learning", "Train image classifiers on your own images: from a folder of images to one ONNX file.")
{
    CheckCommand.Create(),
    AdviseCommand.Create(),
    PreviewCommand.Create(),
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    QuantizeCommand.Create(),
    PredictCommand.Create(),
    FeaturesCommand.Create(),
    SimilarCommand.Create(),
    ExplainCommand.Create(),
    SummaryCommand.Create(),
    BackbonesCommand.Create(),
    DatasetsCommand.Create(),
    DevicesCommand.Create(),
    StudioCommand.Create(),
    RunsCommand.Create(),
    new HelpOption(),
    new VersionOption(),
};

return await CommandRunner.RunAsync(root, args).ConfigureAwait(false);
