using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using TransferLearning;
using TransferLearning.Studio;

// Numbers on the page look the same on every machine.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
FurtherFormats.Register();

var folder = new Argument<string?>("folder")
{
    Description = "A folder of images, with or without classes; or a new one to fill. Without it you choose one on the page.",
    Arity = ArgumentArity.ZeroOrOne,
};
var state = new Option<string?>("--state")
{
    Description = $"Where the studio keeps labels and runs; without it in {ProjectFolder.StateName} inside the folder.",
    HelpName = "FOLDER",
};
var port = new Option<int>("--port") { Description = "The port of the page on this machine; without it a free one.", HelpName = "NUMBER" };
var quiet = new Option<bool>("--no-browser") { Description = "Print the address only." };
var command =
    new Command("transfer-learning-studio", "From a folder of images to a trusted classifier, in the browser, on this machine only.")
{
    folder, state, port, quiet, new HelpOption(), new VersionOption(),
};
command.SetAction(async (parsed, cancellationToken) =>
{
    var options = new StudioOptions
    {
        Folder = parsed.GetValue(folder), State = parsed.GetValue(state), Port = parsed.GetValue(port), OpensBrowser =
            !parsed.GetValue(quiet),
    };
    return await StudioProgram.RunAsync(options, cancellationToken);
});

// What the studio starts for each training.
var run = new Option<long>("--run") { Required = true };
var training = new Command(TrainingProcess.Command) { folder, state, run };
training.Hidden = true;
training.SetAction(async (parsed, _) =>
{
    var project = ProjectFolder.Open(parsed.GetValue(folder) ?? ".", parsed.GetValue(state));
    if (new RunTable(project.Database).Find(parsed.GetValue(run)) is not { } found)
        return 2;
    await new TrainingProcess(project, found, Console.Out).RunAsync(Console.In);
    return 0;
});
command.Subcommands.Add(training);
return await command.Parse(args).InvokeAsync();
