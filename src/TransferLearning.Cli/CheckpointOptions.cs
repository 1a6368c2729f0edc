using System.CommandLine;

namespace TransferLearning.Cli;

/// <summary>The options by which a training goes on from a checkpoint, which is next to the output file.</summary>
internal sealed class CheckpointOptions
{
    private readonly Option<bool> _resume = new("--resume")
    {
        Description =
            "Continue a cancelled training of the same output file, or one with --keep-checkpoint. --epochs, --learning-rate and " +
            "--early-stopping may differ from before; all else must be equal.",
    };

    private readonly Option<bool> _restart = new("--restart") { Description = "Discard a cancelled training of the same output file." };
    private readonly Option<bool> _keepBest = new("--keep-best")
    {
        Description = "When cancelled by Ctrl+C, save the best epoch so far as the model.",
    };

    private readonly Option<bool> _keep = new("--keep-checkpoint")
    {
        Description = "Keep the checkpoint of the finished training, so that --resume can add epochs.",
    };

    public Option[] All => [_resume, _restart, _keepBest, _keep];

    /// <summary>Whether the training is to continue an earlier one, where there is one.</summary>
    public bool Resumes(ParseResult parsed) => parsed.GetValue(_resume);

    /// <summary>Whether there is a checkpoint to continue from.</summary>
    public static bool Exists(string output) => Directory.Exists(Folder(output)) && Directory.EnumerateFiles(Folder(output)).Any();

    /// <summary>The options with the checkpoint of an output file.</summary>
    /// <param name="options">The options.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="output">The output file.</param>
    /// <param name="changes">What may differ from the training that is continued.</param>
    /// <exception cref="ArgumentException">There is a checkpoint, and nothing says what is to become of it.</exception>
    public TrainingOptions Apply(TrainingOptions options, ParseResult parsed, string output, ResumeChanges changes)
    {
        if (parsed.GetValue(_restart))
            Remove(output);
        else if (!Resumes(parsed) && Exists(output))
        {
            throw new ArgumentException(
                $"'{Folder(output)}' has the finished epochs of an earlier training. Continue it with --resume, or discard it with " +
                "--restart.");
        }

        return options with
        {
            KeepBestWhenCancelled = parsed.GetValue(_keepBest),
            CheckpointFolder = Folder(output),
            ResumeChanges = Resumes(parsed) ? changes : ResumeChanges.None,
        };
    }

    /// <summary>Removes the checkpoint of a finished training, unless it is to be kept.</summary>
    public void Finish(ParseResult parsed, string output)
    {
        if (!parsed.GetValue(_keep))
            Remove(output);
    }

    private static string Folder(string output) => output + ".checkpoint";

    private static void Remove(string output)
    {
        if (Directory.Exists(Folder(output)))
            Directory.Delete(Folder(output), recursive: true);
    }
}
