// What the build writes into the worker.
declare const SHELL_OF_THIS_BUILD: string[];
declare const NAME_OF_THIS_BUILD: string;
declare const NEWS_OF_THIS_BUILD: Record<string, string>;
declare const DESK_OF_THIS_BUILD: string[];
