// The files of a real server's web server.
import type { WebServerKind } from "../args/enums";
import type { GivenWebServer } from "../model/webServer";

/** That of the distribution's own configuration. */
const standardPort = 80;

interface Server {
  folder: string;
  /** The file in which it is told its further ports. The distribution's own configuration reads all files of that folder. */
  ports: string;
  /** The text for one of them. The folder of the page is named: on some systems the server has none for other ports than 80. */
  listen: (port: number, folder: string) => string[];
}

const servers: Record<WebServerKind, Server> = {
  nginx: {
    folder: "/usr/share/nginx/html",
    ports: "/etc/nginx/conf.d/pulumi-lvs.conf",
    listen: (port, folder) => [
      "server {",
      `    listen       ${port};`,
      `    listen       [::]:${port};`,
      "    server_name  _;",
      `    root         ${folder};`,
      "}",
    ],
  },
  httpd: {
    folder: "/var/www/html",
    ports: "/etc/httpd/conf.d/pulumi-lvs.conf",
    listen: (port, folder) => [
      `Listen ${port}`,
      `<VirtualHost *:${port}>`,
      `    DocumentRoot "${folder}"`,
      "</VirtualHost>",
    ],
  },
};

/** The page, and the ports if there are any beside the standard one. */
export function webServerFiles(
  { kind, content, ports = [] }: GivenWebServer,
  defaultContent: string,
): { path: string; content: string }[] {
  const { folder, ports: path, listen } = servers[kind];
  const further = [...new Set(ports)].filter((port) => port !== standardPort).sort((one, two) => one - two);
  return [
    { path: `${folder}/index.html`, content: content ?? defaultContent },
    ...(further.length === 0
      ? []
      : [
          {
            path,
            content: [
              "# Written by @pulumi-lvs/lvs, and replaced by it.",
              ...further.flatMap((port) => listen(port, folder)),
              "",
            ].join("\n"),
          },
        ]),
  ];
}
