using System.Diagnostics;
using System.Text;

namespace TransferLearning.Fuzz;

/// <summary>The start of what a process writes to its standard error: the runtime puts the reason of its end there.</summary>
internal sealed class ErrorText
{
    private const int MostLetters = 6000;

    private readonly StringBuilder _text = new();

    /// <summary>Listens to a process that has just started.</summary>
    public void Follow(Process process)
    {
        Take();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_text)
            {
                if (_text.Length < MostLetters)
                    _text.Append(line.Data).Append('\n');
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>What there is so far; then none.</summary>
    public string Take()
    {
        lock (_text)
        {
            string text = _text.ToString();
            _text.Clear();
            return text;
        }
    }
}
