const { createServer } = require("node:http");

const products = [{ id: 1, name: "Teapot", price: 2400 }];

createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  if (request.url === "/healthz") return response.end('{"ok":true}');
  if (request.url === "/products") return response.end(JSON.stringify(products));
  response.statusCode = 404;
  response.end('{"error":"not found"}');
}).listen(3000);
