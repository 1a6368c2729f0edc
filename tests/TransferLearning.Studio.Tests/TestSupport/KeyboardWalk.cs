using Microsoft.Playwright;

namespace TransferLearning.Studio.Tests.TestSupport;

/// <summary>A walk through a page by the Tab key: everything that can be used is reached, and it is seen where the focus is.</summary>
internal static class KeyboardWalk
{
    private const int MostStops = 300;

    /// <summary>Marks what has the focus: "again" on the second visit, a name where the focus is not seen, else nothing.</summary>
    private const string Visit = """
        () => {
            const element = document.activeElement;
            if (!element || element === document.body)
                return "";
            if (element.dataset.walked)
                return "again";
            element.dataset.walked = "1";
            // Fields show it by their border.
            const seen = getComputedStyle(element).outlineStyle !== "none" || element.closest(".mud-input") !== null;
            return seen ? "" : element.outerHTML.slice(0, 120);
        }
        """;

    private const string Unvisited = """
        () => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
            .filter(element => !element.disabled && !element.dataset.walked && element.tabIndex >= 0
                && element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
                && element.getBoundingClientRect().width > 1)
            .map(element => element.outerHTML.slice(0, 120))
        """;

    /// <summary>What is wrong, as sentences.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(IPage page)
    {
        await page.EvaluateAsync("document.querySelectorAll('[data-walked]').forEach(element => delete element.dataset.walked)");
        var faults = new List<string>();
        for (int stop = 0; stop < MostStops; stop++)
        {
            await page.Keyboard.PressAsync("Tab");
            string said = await page.EvaluateAsync<string>(Visit);
            if (said == "again")
                break;
            if (said.Length > 0)
                faults.Add($"the focus is not seen on {said}");
        }

        string[] unvisited = await page.EvaluateAsync<string[]>(Unvisited);
        return [.. faults, .. unvisited.Select(element => $"Tab does not reach {element}")];
    }
}
