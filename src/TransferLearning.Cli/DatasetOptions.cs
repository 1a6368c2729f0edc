using System.CommandLine;
using System.CommandLine.Parsing;

namespace TransferLearning.Cli;

/// <summary>The folder of a dataset and how it is read: the same argument and options in every command that has labelled images.</summary>
internal sealed class DatasetOptions
{
    public const string Csv = "--csv";
    public const string LabelsFrom = "--labels-from";
    public const string Layout = "--layout";
    public const string FollowLinks = "--follow-links";
    public const string Group = "--group";

    private const string Columns = "--columns";
    private const string FromName = "name";
    private const string FromPath = "path";
    private const string FromFolder = "folder";

    private readonly Argument<string> _folder;

    private readonly Option<string?> _csv = new(Csv)
    {
        Description = "A table (CSV or TSV) with the path and the class of each image; paths are relative to the folder.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _columns = new(Columns)
    {
        Description = $"The columns of {Csv} by name or number from 0, for instance path=id,label=breed,split=set,group=patient.",
        HelpName = "path=A,label=B,…",
    };

    private readonly Option<string[]?> _labels = new(LabelsFrom)
    {
        Description = $"{FromName} \"^[^.]+\": the class is what the regular expression finds in the file name (cat.17.jpg). {FromPath} " +
            $"PATTERN: in the path below the folder. {FromFolder}: the folder that directly contains the image.",
        HelpName = $"{FromName}|{FromPath}|{FromFolder}> <PATTERN",
        Arity = new ArgumentArity(1, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _layout = ChoiceOption.Of(
        Layout, "Whether the subfolders are classes or splits; auto: by their names and content.", "auto", "classes", "splits");

    private readonly Option<bool> _followLinks = new(FollowLinks)
    {
        Description = "Also follow symbolic links to places outside of the folder.",
    };

    private readonly Option<string?> _classNames = new("--class-names")
    {
        Description = "A file with the names of classes that are numbers: a name on each line, class,name on each line, or JSON.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _group = new(Group)
    {
        Description =
            "Images that belong together are never in different splits: a regular expression that finds the name of the group in " +
            $"the file name (with a slash: in the path), for instance \"^film\\d+\"; {FromFolder}: the subfolder in the class folder.",
        HelpName = $"PATTERN|{FromFolder}",
    };

    /// <param name="start">The start of the description of the folder.</param>
    public DatasetOptions(string start = "A folder") => _folder = SharedOptions.Dataset(start);

    /// <summary>Adds the argument and the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_folder);
        foreach (var option in new Option[] { _csv, _columns, _labels, _layout, _followLinks, _group, _classNames })
            command.Add(option);
        command.Validators.Add(Check);
    }

    /// <summary>Lets a command do without the folder; it then checks by itself.</summary>
    public Argument<string> WithOptionalFolder()
    {
        _folder.Arity = ArgumentArity.ZeroOrOne;
        return _folder;
    }

    /// <summary>The folder.</summary>
    public string Folder(ParseResult parsed) => parsed.GetRequiredValue(_folder);

    /// <summary>Whether the labels come from a table.</summary>
    public bool HasTable(ParseResult parsed) => parsed.GetValue(_csv) is not null;

    /// <summary>Reads the dataset, and prints what its folders were taken for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="splits">The fractions and the seed.</param>
    /// <param name="json">Whether the output is JSON, which has the explanation as a field.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<ImageDataset> ReadAsync(
        ParseResult parsed, ImageFolderOptions splits, bool json, CancellationToken cancellationToken)
    {
        string folder = Folder(parsed);
        var options = WithGiven(splits, parsed);
        var dataset = await ProgressDisplay.RunAsync(progress => parsed.GetValue(_csv) is { } table
            ? ImageDataset.FromCsvAsync(TableOf(table, folder), Table(folder, parsed, options), progress, cancellationToken)
            : ImageDataset.FromFolderAsync(folder, options, progress, cancellationToken)).ConfigureAwait(false);
        if (!json && dataset.Layout is { } layout)
            LayoutLines.Show(layout);
        return dataset;
    }

    /// <summary>The given options on top of others.</summary>
    public ImageFolderOptions WithGiven(ImageFolderOptions options, ParseResult parsed) => options with
    {
        LabelPattern = LabelPattern(parsed.GetValue(_labels)),
        Interpretation = parsed.GetValue(_layout) switch
        {
            "classes" => FolderInterpretation.Classes,
            "splits" => FolderInterpretation.Splits,
            _ => FolderInterpretation.Auto,
        },
        FollowLinks = parsed.GetValue(_followLinks),
        ClassNamesFile = parsed.GetValue(_classNames),
        GroupPattern = parsed.GetValue(_group) is FromFolder ? ImageFolderOptions.GroupBySubfolder : parsed.GetValue(_group),
    };

    /// <summary>A table beside the images may be named by its file name alone.</summary>
    private static string TableOf(string table, string folder) =>
        !File.Exists(table) && File.Exists(Path.Combine(folder, table)) ? Path.Combine(folder, table) : table;

    private static string? LabelPattern(string[]? given) => given switch
    {
        null or [] => null,
        [FromFolder] => ImageFolderOptions.LabelByFolder,

        // A slash, here one that matches nothing, makes it a pattern for paths.
        [FromPath, var pattern] => pattern.Contains('/', StringComparison.Ordinal) ? pattern : $"(?:/{{0}}){pattern}",
        [.., var pattern] => pattern,
    };

    private CsvDatasetOptions Table(string folder, ParseResult parsed, ImageFolderOptions splits)
    {
        var columns = ReadColumns(parsed.GetValue(_columns));
        return new CsvDatasetOptions
        {
            ImageFolder = folder,
            PathColumn = columns.GetValueOrDefault("path"),
            LabelColumn = columns.GetValueOrDefault("label"),
            SplitColumn = columns.GetValueOrDefault("split"),
            GroupColumn = columns.GetValueOrDefault("group"),
            Splits = splits,
        };
    }

    private static Dictionary<string, string> ReadColumns(string? text) => (text ?? "")
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(pair => pair.Split('=', 2, StringSplitOptions.TrimEntries))
        .ToDictionary(pair => pair[0], pair => pair.Length == 2 ? pair[1] : "", StringComparer.Ordinal);

    private void Check(CommandResult command)
    {
        bool table = command.IsGiven(_csv);
        if (command.IsGiven(_columns) && !table)
            command.AddError($"{Columns} needs {Csv}.");
        foreach (Option option in new Option[] { _labels, _layout, _followLinks })
        {
            if (table && command.IsGiven(option))
                command.AddError($"{option.Name} has no meaning with {Csv}, which contains the classes. Use one of the two.");
        }

        if (command.GetResult(_columns) is { Tokens: [.., var columns] }
            && !columns.Value.Split(',').All(pair => pair.Split('=', 2) is ["path" or "label" or "split" or "group", { Length: > 0 }]))
        {
            command.AddError($"{Columns} takes path, label, split and group with their columns, for instance path=id,label=breed; not " +
                $"'{columns.Value}'.");
        }

        string[]? labels = command.GetResult(_labels)?.Tokens.Select(token => token.Value).ToArray();
        if (labels is not null and not ([FromFolder] or [FromName or FromPath, _]))
        {
            command.AddError(
                $"{LabelsFrom} takes '{FromName} PATTERN', '{FromPath} PATTERN' or '{FromFolder}', for instance {LabelsFrom} {FromName} " +
                    $"\"^[^.]+\"; not '{string.Join(' ', labels)}'.");
        }
    }
}
