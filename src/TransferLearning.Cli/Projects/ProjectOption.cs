using System.CommandLine;
using TransferLearning.Studio;

namespace TransferLearning.Cli.Projects;

/// <summary><c>--project FOLDER</c>: records what a command makes among the runs of a project.</summary>
/// <param name="output">The command's <c>-o</c>; without it the model is in the project alone.</param>
internal sealed class ProjectOption(Option<string> output)
{
    private readonly Option<string?> _project = new("--project")
    {
        Description =
            "Record the run in this folder's project, where 'runs' and the studio show it; a new project if there is none. Without -o " +
            "the " +
            "model is there alone.",
        HelpName = "FOLDER",
    };

    /// <summary>The option itself.</summary>
    public Option Option => _project;

    public void AddTo(Command command) => command.Add(_project);

    /// <summary>Does the work of a command, and records it where that was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="resumes">Whether an interrupted run goes on.</param>
    /// <param name="check">Refuses an output file; called for one that the user has named.</param>
    /// <param name="work">The work, with the file to write, and the record of the run; null without one.</param>
    public async Task<int> RunAsync(ParseResult parsed, bool resumes, Action<string> check, Func<string, ProjectRun?, Task<int>> work)
    {
        string file = parsed.GetRequiredValue(output);
        bool keepsFile = parsed.GetValue(_project) is null || parsed.CommandResult.IsGiven(output);
        if (keepsFile)
            check(file);
        if (parsed.GetValue(_project) is not { } folder)
            return await work(file, null).ConfigureAwait(false);
        using var run = await ProjectRun.BeginAsync(Open(folder), TextOf(parsed), keepsFile ? Path.GetFullPath(file) : null, resumes)
            .ConfigureAwait(false);
        try
        {
            return await work(keepsFile ? file : run.Model, run).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            run.End(RunState.Cancelled);
            throw;
        }
        catch (Exception error)
        {
            run.End(RunState.Failed, error.Message.ReplaceLineEndings(" "));
            throw;
        }
    }

    private ProjectFolder Open(string folder)
    {
        try
        {
            return ProjectFolder.Find(folder) ?? ProjectFolder.Open(folder);
        }
        catch (IOException error)
        {
            string reason = error.InnerException?.Message ?? error.Message;
            throw new IOException($"'{folder}' cannot hold a project ({reason}); choose another folder with {_project.Name}.", error);
        }
    }

    private static string TextOf(ParseResult parsed) => string.Join(' ', parsed.Tokens.Select(token => Quoted(token.Value)));

    private static string Quoted(string word) => word.AsSpan().ContainsAny(' ', '"', '\'')
        ? $"\"{word.Replace("\"", "\\\"", StringComparison.Ordinal)}\""
        : word;
}
