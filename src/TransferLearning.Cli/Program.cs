using System.CommandLine;
using TransferLearning.Cli;

var root = new RootCommand("Image classifiers for your own pictures: a folder of pictures becomes one ONNX file.")
{
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    PredictCommand.Create(),
    SummaryCommand.Create(),
    BackbonesCommand.Create(),
};

return await CommandRunner.RunAsync(root, args).ConfigureAwait(false);
